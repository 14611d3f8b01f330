"""A million planned targets, five hundred of them due: how long four workers need to find and claim all of them, each
once, and how long the query takes.

BENCH_PLANNED and BENCH_DUE are the numbers.
"""

import multiprocessing
import os
import statistics
import time
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID

from benchmarks.jobs import servers
from benchmarks.runner import report

PLANNED = int(os.environ.get("BENCH_PLANNED", "1000000"))
DUE = int(os.environ.get("BENCH_DUE", "500"))
WORKERS = 4
ROUNDS = 3
BAR_S = 2.0
BAR_QUERY_MS = 10.0
A_CHANNEL = 1000  # posts on each channel


def main() -> None:
    with servers():
        _plan()
        queries, claims = [], []
        for number in range(ROUNDS):
            _make_due()
            queries.append(_query_ms())
            claims.append(_claim_all_s())
            print(f"  round {number + 1}: query {queries[-1]:.2f} ms, claimed {claims[-1]:.2f} s", flush=True)
        note = f"{DUE} due among {PLANNED} planned, {WORKERS} workers, medians of {ROUNDS}; bar: at most"
        _report("due", statistics.median(claims), BAR_S, "s", note)
        _report("due_query", statistics.median(queries), BAR_QUERY_MS, "ms", note)


def _report(name: str, ours: float, bar: float, unit: str, note: str) -> None:
    report(name, ours=ours, limit=bar, ratio=ours / bar, bar=1.0, met=ours <= bar, unit=unit, note=note)


def _plan() -> None:
    """Posts on channels, all planned for the year to come; the targets by plain SQL, like one made the usual way."""
    from django.db import connection

    from apps.connections.models import Connection
    from apps.publishing.models import Post, Target
    from apps.teams.models import Team

    team = Team.objects.get_or_create(name="Bench", slug="bench")[0]
    channels = Connection.objects.bulk_create(
        Connection(team=team, platform="youtube", external_id=f"channel-{n}", name=f"Channel {n}")
        for n in range(max(PLANNED // A_CHANNEL, 1))
    )
    posts = Post.objects.bulk_create(
        Post(team=team, title=f"Post {n}", status="scheduled") for n in range(A_CHANNEL + 1)
    )
    model = Target.objects.create(team=team, post=posts.pop(), connection=channels[0], status="scheduled")
    own = {"id": "gen_random_uuid()", "post_id": "post.id", "connection_id": "channel.id"}
    own |= {
        "idempotency_key": "'sr-' || gen_random_uuid()",
        "due_at": "now() + random() * interval '365 days'",
    }
    columns = [str(field.column) for field in Target._meta.concrete_fields]
    values = ", ".join(own.get(column, f"model.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO publishing_target ({', '.join(columns)}) SELECT {values} "
            "FROM publishing_target model, publishing_post post, connections_connection channel "
            "WHERE model.id = %s AND post.id <> model.post_id LIMIT %s",
            [model.pk, PLANNED],
        )
    model.delete()


def _make_due() -> None:
    from django.db import connection

    from apps.jobs.models import Job

    Job.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE publishing_target SET status = 'scheduled' WHERE status <> 'scheduled'")
        cursor.execute(
            "UPDATE publishing_target SET due_at = now() + interval '1 year' WHERE due_at <= now()"
        )
        cursor.execute(
            "UPDATE publishing_target SET due_at = now() - random() * interval '60 seconds' "
            "WHERE id IN (SELECT id FROM publishing_target ORDER BY random() LIMIT %s)",
            [DUE],
        )
        cursor.execute("VACUUM ANALYZE publishing_target")


def _query_ms() -> float:
    """The query that finds a batch and locks it, without the transaction around it."""
    from django.db import connection, transaction
    from django.utils import timezone

    from apps.publishing.services.ledger import BATCH, lock_due

    times = []
    for _ in range(20):
        with transaction.atomic():
            began = time.perf_counter()
            found = lock_due(timezone.now(), BATCH)
            times.append((time.perf_counter() - began) * 1000)
            assert len(found) == min(BATCH, DUE), len(found)
            transaction.set_rollback(True)
    connection.close()
    return statistics.median(times)


def _claim_all_s() -> float:
    """From the moment on which all workers begin until the last finds nothing more."""
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(WORKERS + 1), context.SimpleQueue()
    workers = [context.Process(target=_work, args=(barrier, answers)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    barrier.wait(60)
    began = time.perf_counter()
    taken: list[UUID] = [target_id for _ in workers for target_id in answers.get()]
    took = time.perf_counter() - began
    for worker in workers:
        worker.join(10)
    _check(taken)
    return took


def _work(barrier: Barrier, answers: Any) -> None:
    from django.db import connection

    from apps.publishing.services.ledger import BATCH, claim_due

    connection.ensure_connection()
    taken: list[UUID] = []
    barrier.wait(60)
    while batch := claim_due(limit=BATCH):
        taken += batch
    answers.put(taken)
    connection.close()


def _check(taken: list[UUID]) -> None:
    from apps.jobs.models import Job

    jobs = Job.objects.count()
    if not len(taken) == len(set(taken)) == jobs == DUE:
        raise RuntimeError(
            f"{len(taken)} claims of {len(set(taken))} targets made {jobs} jobs; {DUE} were due"
        )


if __name__ == "__main__":
    main()
