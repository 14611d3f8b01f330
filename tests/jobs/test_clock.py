"""Recurring work: each time once, with any number of schedulers (JOB-09)."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import InterfaceError, OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.correlation import current_id
from apps.jobs import clock
from apps.jobs.clock import LEASE, recurring, tick
from apps.jobs.management.commands import clock as command
from apps.jobs.models import ClockEntry, Job, JobStatus
from apps.jobs.services import enqueue
from apps.teams.models import Team
from tests.concurrency import at_once
from tests.jobs.testkinds.jobs import note
from tests.processes import eventually, started

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's own recurring work stays out of the way."""
    monkeypatch.setattr(clock, "RECURRING", {})


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def every_ten(calls: list[str]) -> Iterator[Callable[[], object]]:
    @recurring("tests.every_ten", every_s=10)
    def work() -> None:
        calls.append(current_id())

    return work


@pytest.mark.django_db
def test_tick_does_what_is_due_and_not_before(calls: list[str], every_ten: object) -> None:
    assert [tick(at(second)) for second in (0, 1, 9.9, 10, 10.5, 20)] == [
        ["tests.every_ten"],
        [],
        [],
        ["tests.every_ten"],
        [],
        ["tests.every_ten"],
    ]
    assert (len(calls), len(set(calls)), "-" in calls) == (3, 3, False)


@pytest.mark.django_db
def test_tick_makes_up_for_missed_times_once_and_keeps_the_rhythm(
    calls: list[str], every_ten: object
) -> None:
    for second in (0, 57, 58, 60):
        tick(at(second))
    assert len(calls) == 3
    assert ClockEntry.objects.get().next_at == at(70)


@pytest.mark.spec("JOB-09")
@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.floats(0.1, 35), min_size=1, max_size=12))
def test_work_is_done_once_in_each_period_that_a_tick_falls_into(steps: list[float]) -> None:
    clock.RECURRING.clear()
    ClockEntry.objects.all().delete()
    calls: list[float] = []
    recurring("tests.period", every_s=10)(lambda: calls.append(second))
    second, expected = 0.0, []
    tick(at(0))
    for step in steps:
        before, second = second, second + step
        tick(at(second))
        if (at(second) - NOON) // timedelta(seconds=10) > (at(before) - NOON) // timedelta(seconds=10):
            expected.append(second)
    assert calls[1:] == expected


@pytest.mark.spec("JOB-09")
@pytest.mark.django_db(transaction=True)
def test_tick_of_many_schedulers_does_it_once(calls: list[str], every_ten: object) -> None:
    for second in (0, 10, 20):
        done = at_once(6, lambda second=second: tick(at(second)))
        assert sorted(done) == [[]] * 5 + [["tests.every_ten"]]
    assert len(calls) == 3


@pytest.mark.django_db(transaction=True)
def test_slow_work_keeps_no_other_scheduler_from_the_rest(calls: list[str], every_ten: object) -> None:
    begun, over = threading.Event(), threading.Event()

    @recurring("tests.a_slow_one", every_s=10)
    def slow() -> None:
        begun.set()
        over.wait(5)

    clock.RECURRING = dict(sorted(clock.RECURRING.items()))
    thread = threading.Thread(target=lambda: at_once(1, lambda: tick(at(0))))
    thread.start()
    assert begun.wait(5)
    assert tick(at(1)) == ["tests.every_ten"]
    over.set()
    thread.join()


@pytest.mark.spec("JOB-09")
@pytest.mark.django_db
def test_work_of_a_scheduler_that_died_in_the_middle_is_done_again(calls: list[str]) -> None:
    class Died(BaseException):
        pass

    @recurring("tests.deadly", every_s=3600)
    def work() -> None:
        calls.append("begun")
        if len(calls) == 1:
            raise Died

    with pytest.raises(Died):
        tick(at(0))
    assert tick(at(LEASE.seconds - 1)) == []
    assert tick(at(LEASE.seconds + 1)) == ["tests.deadly"]
    assert ClockEntry.objects.get().next_at == at(3600)


@pytest.mark.django_db
def test_work_that_fails_is_logged_and_hinders_no_other(
    calls: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    @recurring("tests.fails", every_s=10)
    def fails() -> None:
        raise ValueError("no luck")

    recurring("tests.works", every_s=10)(lambda: calls.append("worked"))
    assert tick(at(0)) == ["tests.fails", "tests.works"]
    assert (calls, tick(at(5))) == (["worked"], [])
    assert "the recurring work tests.fails failed: no luck" in caplog.text


def test_recurring_twice_under_one_name_is_refused(every_ten: object) -> None:
    with pytest.raises(ValueError, match="registered twice"):
        recurring("tests.every_ten", every_s=1)(lambda: None)


@pytest.mark.django_db
def test_tick_in_quiet_times_costs_one_query(
    every_ten: object, django_assert_num_queries: Callable[..., object]
) -> None:
    tick(at(0))
    with django_assert_num_queries(1):
        tick(at(1))


@pytest.mark.django_db
def test_clock_goes_on_after_the_database_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Exception | None] = [OperationalError("gone"), InterfaceError("closed"), None]

    class UntilAnswered(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            return not answers

    def answer() -> None:
        if (error := answers.pop(0)) is not None:
            raise error

    monkeypatch.setattr(command, "tick", answer)
    command.tick_until(UntilAnswered())
    assert answers == []


@pytest.mark.spec("JOB-09")
@pytest.mark.django_db(transaction=True)
def test_two_clock_processes_release_each_due_job_once(team: Team, trace: Path) -> None:
    jobs = []
    for n in range(10):
        jobs.append(enqueue(note, team=team, args={"path": str(trace), "text": str(n)}))
    Job.objects.update(status=JobStatus.SCHEDULED, rq_id="")
    with started("clock"), started("clock"), started("work", "--queues", "short", "--inline"):
        eventually(lambda: Job.objects.filter(status=JobStatus.DONE, team=team).count() == 10)
    assert sorted(trace.read_text().split()) == sorted(str(n) for n in range(10))
