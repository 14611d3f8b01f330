"""Many jobs started together: all or none, one progress, stopped and tried again as one (JOB-10)."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.core.ids import new_id
from apps.events.models import Event
from apps.jobs.batches import (
    BatchProgress,
    BatchRow,
    cancel_batch,
    close_finished,
    progress_of,
    retry_failed,
    start_batch,
)
from apps.jobs.errors import JobError
from apps.jobs.models import Batch, Job, JobStatus
from apps.teams.models import Team
from tests.jobs.testkinds.jobs import count

PAGES = "/studio/morning-show/jobs/batches/"


def a_batch(team: Team, number: int = 5, **values: Any) -> Batch:
    rows = [BatchRow({}, f"Job {n}") for n in range(number)]
    return start_batch(count, team=team, rows=rows, title="Five films", **values)


def set_states(batch: Batch, *states: str) -> None:
    for job, status in zip(Job.objects.filter(batch=batch).order_by("pk"), states, strict=False):
        Job.objects.filter(pk=job.pk).update(status=status, finished_at=timezone.now())


@pytest.mark.spec("JOB-10")
@pytest.mark.django_db
def test_batch_starts_one_job_for_each_row(team: Team, alice: User) -> None:
    batch = a_batch(team, actor=alice)
    rows = Job.objects.filter(batch=batch).order_by("pk").values_list("title", "kind", "status", "team")
    assert list(rows) == [(f"Job {n}", "tests.count", "queued", team.pk) for n in range(5)]
    assert AuditRecord.objects.get().after == {"kind": "tests.count", "jobs": 5}


@pytest.mark.spec("JOB-10")
@pytest.mark.django_db
def test_batch_with_one_row_that_can_t_be_kept_starts_nothing(team: Team) -> None:
    rows = [BatchRow({}, "Good"), BatchRow({"a": object()}, "Bad")]
    with pytest.raises(TypeError):
        start_batch(count, team=team, rows=rows, title="Half")
    assert (Batch.objects.count(), Job.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_batch_of_nothing_is_refused(team: Team) -> None:
    with pytest.raises(JobError, match="the list is empty"):
        a_batch(team, 0)


@pytest.mark.django_db
def test_batch_that_is_sent_twice_is_started_once(team: Team) -> None:
    pk: UUID = new_id()
    assert a_batch(team, batch_id=pk) == a_batch(team, batch_id=pk)
    assert Job.objects.count() == 5


@pytest.mark.spec("JOB-10")
@pytest.mark.django_db
def test_progress_counts_what_is_over_and_what_is_forgotten_already(team: Team) -> None:
    batch = a_batch(team, 6)
    set_states(batch, "done", "dead", "cancelled", "running", "held")
    Job.objects.filter(batch=batch, status=JobStatus.DONE).delete()
    progress = progress_of([batch])[batch.pk]
    assert progress == BatchProgress(total=6, waiting=2, running=1, done=1, failed=1, cancelled=1)
    assert (progress.over, progress.fraction, progress.is_over) == (3, 0.5, False)


@pytest.mark.django_db
def test_cancel_stops_what_is_not_over_and_then_there_is_nothing_to_stop(team: Team, alice: User) -> None:
    batch = a_batch(team, 4)
    set_states(batch, "done", "running", "held", "queued")
    assert cancel_batch(batch, actor=alice) == 3
    jobs = Job.objects.filter(batch=batch).order_by("pk").values_list("status", "cancel_requested")
    assert list(jobs) == [("done", False), ("running", True), ("cancelled", False), ("cancelled", False)]
    Job.objects.filter(batch=batch, status="running").update(status="cancelled")
    with pytest.raises(JobError, match="nothing to stop"):
        cancel_batch(batch, actor=alice)


@pytest.mark.spec("JOB-10")
@pytest.mark.django_db
def test_end_of_a_batch_is_told_once_and_again_after_another_try(team: Team, alice: User) -> None:
    batch = a_batch(team, 2)
    set_states(batch, "done")
    assert close_finished() == 0
    set_states(batch, "done", "dead")
    assert (close_finished(), close_finished()) == (1, 0)
    event = Event.objects.get(type="batch.done")
    assert event.data == {"title": "Five films", "kind": "tests.count", "done": 1, "failed": 1}
    assert retry_failed(batch, actor=alice) == 1
    set_states(batch, "done", "done")
    assert close_finished() == 1


@pytest.mark.spec("JOB-10")
def test_page_of_a_batch_has_one_progress_bar_and_its_jobs(alice_client: Client, team: Team) -> None:
    batch = a_batch(team, 4)
    set_states(batch, "done", "dead", "running")
    page = alice_client.get(f"{PAGES}{batch.pk}/").content.decode()
    assert page.count("<progress") == 1
    assert 'value="0.5"' in page
    assert "2 of 4" in page
    assert "Five films" in alice_client.get(PAGES).content.decode()


def test_batch_is_stopped_and_tried_again_by_those_who_may(
    alice_client: Client, victor_client: Client, team: Team
) -> None:
    batch = a_batch(team, 2)
    set_states(batch, "dead")
    for action in ("retry", "cancel"):
        assert victor_client.post(f"{PAGES}{batch.pk}/{action}/").status_code == 403
        assert alice_client.post(f"{PAGES}{batch.pk}/{action}/").status_code == 302
    assert set(Job.objects.values_list("status", flat=True)) == {"cancelled"}
