"""Who holds a job: one statement each to take it, to say that it is alive, and to finish it.

Each is one round trip and a transaction of its own. Claims and heartbeats do not wait for the disk
(synchronous_commit off, for that one statement): should PostgreSQL itself crash, the last half second of them is
lost. Then the row is queued or silent again, the job is run once more, and the worker that had it can write
nothing, since the row does not name its claim. The end of a job is written durably, unless the job was so short
that running it again is cheaper than waiting for the disk; jobs run twice without harm.
"""

import json
import os
import socket
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import DateTimeField, F, Func, JSONField, QuerySet
from django.db.models.functions import Greatest, Now

from apps.core.ids import new_id
from apps.jobs.models import Job, JobStatus

NOT_DURABLE = "set_config('synchronous_commit', 'off', true)"
CHEAP_S = 1.0
# Joined to nothing, so that PostgreSQL finds the row by its key: by its statistics the index of queued rows often
# looks smaller than it is at the moment, and each claim would read all of it.
STATUS = "status || ''"
MINE = f"id = %s AND claim = %s AND {STATUS} = 'running'"
CLAIM = f"""
    UPDATE jobs_job SET status = 'running', attempts = attempts + 1, claim = %s, worker = %s, agent_id = %s,
        progress = 0, progress_text = '', finished_at = NULL,
        started_at = statement_timestamp(), heartbeat_at = statement_timestamp()
    WHERE id = %s AND {STATUS} = 'queued' RETURNING {{columns}}, {NOT_DURABLE}
"""  # noqa: S608 – constants only
BEAT = f"""
    UPDATE jobs_job SET heartbeat_at = statement_timestamp(),
        progress = coalesce(%s, progress), progress_text = coalesce(%s, progress_text)
    WHERE {MINE} RETURNING cancel_requested, {NOT_DURABLE}
"""  # noqa: S608
FINISH = f"""
    UPDATE jobs_job SET status = 'done', progress = 1, result = %s, error = '', trace = '',
        finished_at = statement_timestamp()
    WHERE {MINE} RETURNING has_dependents, CASE WHEN %s THEN {NOT_DURABLE} END
"""  # noqa: S608

AGENT_ID: str | None = None  # of the agent that started this worker, if one did
SERVER_STARTED = Func(function="pg_postmaster_start_time", output_field=DateTimeField())


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def claim(job_id: UUID) -> Job | None:
    """Take a queued job for this process; None where somebody else has it, or it needs nobody any more."""
    names, json_places, statement = _claim_statement()
    row = _write(statement, [new_id(), worker_name(), AGENT_ID, job_id])
    if row is None:
        return None
    values = [json.loads(value) if n in json_places and value else value for n, value in enumerate(row[:-1])]
    return Job.from_db(connection.alias, names, values)


@cache
def _claim_statement() -> tuple[list[str], set[int], str]:
    """The names of the row's fields, which of them are JSON, and the statement that returns them.

    Django's raw queries would find this out anew for each job, which takes longer than the statement.
    """
    fields = Job._meta.concrete_fields
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    json_places = {n for n, field in enumerate(fields) if isinstance(field, JSONField)}
    return [field.attname for field in fields], json_places, CLAIM.format(columns=columns)


def beat(job: Job, *, progress: float | None = None, text: str | None = None) -> bool:
    """Say that the job is alive, and how far it is (0 to 1); False where it must stop: cancelled, or no longer ours."""
    row = _write(BEAT, [progress, text, job.pk, job.claim])
    return row is not None and not row[0]


def finish(job: Job, result: dict[str, Any] | None, *, took_s: float) -> bool:
    """Write the result of work that took so long; False where the job is no longer ours, and nothing was written."""
    text = None if result is None else json.dumps(result)
    row = _write(FINISH, [text, job.pk, job.claim, took_s < CHEAP_S])
    if row is None:
        return False
    job.status, job.has_dependents = JobStatus.DONE, row[0]
    return True


def _write(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


def locked_mine(job: Job) -> Job | None:
    """The row as it is now, locked, or None where this claim no longer holds it."""
    held = Job.objects.select_for_update(no_key=True).filter(pk=job.pk, claim=job.claim)
    return held.filter(status=JobStatus.RUNNING).first()


def silent() -> QuerySet[Job]:
    """Running jobs that were not heard of for too long.

    Measured by the database's clock alone, and from its own start at the earliest: while it was away, nobody
    could be heard.
    """
    since = Now() - timedelta(seconds=settings.JOB_SILENT_AFTER_S)
    running = Job.objects.filter(status=JobStatus.RUNNING, heartbeat_at__lt=since)
    return running.annotate(heard_at=Greatest(F("heartbeat_at"), SERVER_STARTED)).filter(heard_at__lt=since)
