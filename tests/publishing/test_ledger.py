"""Which targets are due, who takes them, and what a crash leaves (PUB-04, PUB-06)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core.http import Rejected, Unavailable
from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import run_job
from apps.jobs.services import requeue
from apps.publishing.models import PostStatus, Target, TargetStatus
from apps.publishing.services import ledger
from tests.concurrency import at_once
from tests.publishing.conftest import carry_on, installed, run_open_jobs
from tests.publishing.factories import ChannelFactory, due_target
from tests.publishing.scripted import Scripted, error

pytestmark = pytest.mark.django_db


@pytest.mark.spec("PUB-04")
def test_target_is_taken_when_its_time_has_come_and_not_before(clock: time_machine.Traveller) -> None:
    target = due_target(at=timezone.now() + timedelta(seconds=10))
    clock.shift(9.999)
    assert ledger.claim_due() == []
    clock.shift(0.001)
    assert ledger.claim_due() == [target.pk]
    assert ledger.claim_due() == []
    job = Job.objects.get()
    assert (job.kind, job.args, job.subject_id) == (
        ledger.KIND,
        {"target_id": str(target.pk)},
        str(target.pk),
    )


def test_only_planned_and_waiting_targets_are_due(clock: time_machine.Traveller) -> None:
    due = {status: due_target() for status in TargetStatus}
    for status, target in due.items():
        Target.objects.filter(pk=target.pk).update(status=status)
    assert set(ledger.claim_due()) == {due[TargetStatus.SCHEDULED].pk, due[TargetStatus.WAITING].pk}


@pytest.mark.django_db(transaction=True)
@pytest.mark.spec("PUB-06", "PUB-04")
def test_several_workers_take_each_target_once(platform: Scripted) -> None:
    ids = {due_target(at=timezone.now() - timedelta(seconds=n)).pk for n in range(20)}
    taken = [target_id for found in at_once(4, lambda: ledger.claim_due(limit=20)) for target_id in found]
    taken += ledger.claim_due()
    assert (sorted(taken), Job.objects.count()) == (sorted(ids), 20)


@pytest.mark.spec("PUB-04")
def test_due_query_reads_the_partial_index() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ledger.claim_due()
    statement = queries[1]["sql"] if "SAVEPOINT" in queries[0]["sql"] else queries[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "publishing_target_due" in plan


@pytest.mark.spec("P-C04")
def test_platform_that_fails_changes_nothing_on_another(
    platform: Scripted, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = installed(monkeypatch, Scripted(), slug="tiktok")
    broken.faults[("begin", -1, "before")] = error(Rejected, "Not today.")
    good = due_target()
    bad = due_target(post=good.post, connection=ChannelFactory(team=good.team, platform="tiktok"))
    carry_on(clock, good, bad)
    assert (good.status, bad.status, bad.error) == (TargetStatus.PUBLISHED, TargetStatus.FAILED, "Not today.")
    assert (good.attempts.count(), platform.calls) == (1, ["begin", "send", "look", "finish"])
    good.post.refresh_from_db()
    assert good.post.status == PostStatus.PARTLY_PUBLISHED


def test_target_whose_job_ended_without_a_word_is_taken_anew(
    platform: Scripted, clock: time_machine.Traveller
) -> None:
    target = due_target()
    ledger.claim_due()
    Job.objects.update(status=JobStatus.DONE)
    assert ledger.free_stuck() == 0
    clock.shift(ledger.CLAIM + timedelta(seconds=1))
    assert ledger.free_stuck() == 1
    carry_on(clock, target)
    assert target.status == TargetStatus.PUBLISHED


def test_target_whose_job_is_open_is_left_to_it(clock: time_machine.Traveller) -> None:
    target = due_target()
    ledger.claim_due()
    clock.shift(ledger.CLAIM + timedelta(seconds=1))
    assert ledger.free_stuck() == 0
    target.refresh_from_db()
    assert (target.status, target.claimed_until) == (TargetStatus.PUBLISHING, timezone.now() + ledger.CLAIM)


def test_older_job_that_is_put_back_does_not_work_beside_the_newer(
    platform: Scripted, clock: time_machine.Traveller
) -> None:
    target = due_target()
    ledger.claim_due()
    old = Job.objects.get()
    Job.objects.update(status=JobStatus.CANCELLED)
    Target.objects.update(status=TargetStatus.WAITING, due_at=timezone.now() + timedelta(seconds=1))
    clock.shift(1)
    ledger.claim_due()
    requeue(old)
    run_job(str(old.pk))
    target.refresh_from_db()
    assert (target.status, platform.calls) == (TargetStatus.PUBLISHING, [])
    carry_on(clock, target)
    assert target.status == TargetStatus.PUBLISHED


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (JobStatus.CANCELLED, "", "Somebody stopped its job."),
        (JobStatus.DEAD, "The disk is full.", "The disk is full."),
    ],
)
def test_target_whose_job_is_over_for_good_fails_with_the_reason(
    platform: Scripted, clock: time_machine.Traveller, status: str, said: str, reason: str
) -> None:
    target = due_target()
    ledger.claim_due()
    Job.objects.update(status=status, error=said)
    clock.shift(ledger.CLAIM + timedelta(seconds=1))
    assert ledger.free_stuck() == 1
    target.refresh_from_db()
    target.post.refresh_from_db()
    assert (target.status, target.error, target.post.status) == (
        TargetStatus.FAILED,
        reason,
        PostStatus.FAILED,
    )


def test_job_that_lost_its_target_writes_nothing(platform: Scripted, clock: time_machine.Traveller) -> None:
    """Another worker has the job meanwhile, and this one wakes up in the middle of its call."""
    target = due_target()

    def steal() -> Exception:
        Job.objects.update(claim=None)
        return Unavailable("Too late.")

    platform.faults[("send", 0, "after")] = steal
    ledger.claim_due()
    run_open_jobs()
    target.refresh_from_db()
    assert (target.status, target.stage, target.attempts.get().in_doubt) == ("publishing", "transfer", "send")


def test_waiting_for_a_connection_goes_on_only_with_that_one(clock: time_machine.Traveller) -> None:
    mine, other = due_target(), due_target()
    later = timezone.now() + timedelta(hours=5)
    Target.objects.update(status=TargetStatus.WAITING, due_at=later, held_since=timezone.now())
    assert ledger.go_on_with(mine.connection) == 1
    assert ledger.claim_due() == [mine.pk]
    other.refresh_from_db()
    assert other.due_at == later
