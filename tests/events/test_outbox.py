"""Events: written with what caused them, handed over at least once, in order for each subject (EVT-01)."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from apps.core import queue
from apps.core.correlation import correlated, current_id
from apps.events import services
from apps.events.models import Delivery, Event
from apps.events.registry import SUBSCRIBERS, define_event, subscribe
from apps.events.services import deliver, missed, record, sweep
from apps.teams.models import Team
from tests.concurrency import at_once
from tests.factories import TeamFactory
from tests.jobs.testkinds import subscriptions as _subscriptions  # noqa: F401 – importing registers them
from tests.jobs.testkinds.events import SAID, Said
from tests.processes import eventually, started

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


class Undo(Exception):
    pass


class Listener:
    """A subscriber that remembers what it heard, and fails as often as it is told to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: list[str] = []
        self.failures: dict[str, int] = {}

    def __call__(self, event: Event) -> None:
        word = event.typed_data.word
        if self.failures.get(word, 0) > 0:
            self.failures[word] -= 1
            raise ValueError(f"{self.name} does not want {word}")
        self.heard.append(word)


@pytest.fixture
def listeners(monkeypatch: pytest.MonkeyPatch) -> dict[str, Listener]:
    """Two subscribers to `tests.said`, and no other."""
    both = {name: Listener(name) for name in ("first", "second")}
    monkeypatch.setitem(SUBSCRIBERS, SAID.name, dict(both))
    return both


def say(team: Team, *words: str, subject: models.Model | None = None) -> list[Event]:
    return [record(SAID, team=team, subject=subject or team, data=Said(word)) for word in words]


def deliver_queued() -> None:
    """What a worker would do with everything that lies on the queue."""
    rq = queue.queue("short")
    while (job := rq.dequeue_any([rq], timeout=None, connection=rq.connection)) is not None:
        job[0].func(*job[0].args)


def wait_over() -> None:
    """Let the time until the next attempt pass."""
    Delivery.objects.filter(done_at=None).update(next_at=timezone.now())


@pytest.mark.spec("EVT-01")
def test_record_writes_the_event_and_one_delivery_a_subscriber(
    team: Team, alice: Any, listeners: dict[str, Listener]
) -> None:
    with correlated("0123456789"):
        event = record(SAID, team=team, subject=team, data=Said("hello"), actor=alice)
    event.refresh_from_db()
    assert (event.type, event.team, event.subject_type, event.subject_id, event.subject_name) == (
        "tests.said",
        team,
        "teams.Team",
        str(team.pk),
        "Morning Show",
    )
    assert (event.data, event.typed_data) == ({"word": "hello", "path": ""}, Said("hello"))
    assert (event.actor, event.correlation_id) == (alice, "0123456789")
    assert sorted(event.deliveries.values_list("subscriber", "done_at")) == [
        ("first", None),
        ("second", None),
    ]


@pytest.mark.spec("EVT-01")
@pytest.mark.django_db(transaction=True)
def test_record_is_gone_with_its_transaction(
    team: Team, listeners: dict[str, Listener], request: pytest.FixtureRequest
) -> None:
    def record_and_undo() -> None:
        with transaction.atomic():
            say(team, "hello")
            raise Undo

    with pytest.raises(Undo):
        record_and_undo()
    assert (Event.objects.count(), Delivery.objects.count(), queue.queue("short").count) == (0, 0, 0)


@pytest.mark.spec("EVT-01")
@pytest.mark.django_db(transaction=True)
def test_event_is_handed_to_every_subscriber_after_the_commit(
    team: Team, listeners: dict[str, Listener]
) -> None:
    with transaction.atomic():
        say(team, "a", "b")
        assert queue.queue("short").count == 0
    deliver_queued()
    assert {name: each.heard for name, each in listeners.items()} == {
        "first": ["a", "b"],
        "second": ["a", "b"],
    }


def test_data_of_another_type_is_refused(team: Team) -> None:
    with pytest.raises(TypeError, match=r"tests\.said takes Said, not str"):
        record(SAID, team=team, subject=team, data="hello")


def test_data_that_json_would_change_is_refused_when_it_is_declared() -> None:
    @dataclass(frozen=True)
    class Bad:
        size: tuple[int, int]

    with pytest.raises(TypeError, match="size would not come back from JSON"):
        define_event("tests.bad", data=Bad, summary="")


def test_data_that_can_be_changed_is_refused_when_it_is_declared() -> None:
    @dataclass
    class Bad:
        size: int

    with pytest.raises(TypeError, match="must be a frozen dataclass"):
        define_event("tests.bad", data=Bad, summary="")


def test_event_of_an_older_version_is_read_without_the_fields_that_went(team: Team) -> None:
    (event,) = say(team, "hello")
    event.data["mood"] = "glad"
    assert event.typed_data == Said("hello")


@pytest.mark.spec("EVT-01")
def test_failing_subscriber_is_asked_again_in_order_and_hinders_nobody(
    team: Team, listeners: dict[str, Listener]
) -> None:
    listeners["first"].failures["a"] = 2
    say(team, "a", "b")
    other = TeamFactory()
    say(other, "elsewhere")
    for subject in (team, other):
        for name in listeners:
            deliver(name, str(subject.pk))
    assert (listeners["first"].heard, listeners["second"].heard) == (["elsewhere"], ["a", "b", "elsewhere"])
    assert deliver("first", str(team.pk)) == 0  # its time has not come
    for _ in range(2):
        wait_over()
        deliver("first", str(team.pk))
    assert listeners["first"].heard == ["elsewhere", "a", "b"]
    assert set(Delivery.objects.values_list("error", flat=True)) == {""}


def test_failure_waits_longer_each_time_and_keeps_its_trace(
    team: Team, listeners: dict[str, Listener]
) -> None:
    listeners["first"].failures["a"] = 30
    say(team, "a")
    waits = []
    for _ in range(14):
        before = timezone.now()
        deliver("first", str(team.pk))
        delivery = Delivery.objects.get(subscriber="first")
        waits.append(round((delivery.next_at - before).total_seconds()))
        wait_over()
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600]
    assert "ValueError: first does not want a" in delivery.error


def test_what_a_failing_subscriber_wrote_is_undone(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def writes_and_fails(event: Event) -> None:
        Team.objects.update(name="Half done")
        raise ValueError("no")

    monkeypatch.setitem(SUBSCRIBERS, SAID.name, {"writes": writes_and_fails})
    say(team, "a")
    deliver("writes", str(team.pk))
    team.refresh_from_db()
    assert team.name == "Morning Show"


def test_subscriber_works_under_the_correlation_id_of_the_event(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids: list[str] = []
    monkeypatch.setitem(SUBSCRIBERS, SAID.name, {"asks": lambda event: ids.append(current_id())})
    with correlated("request-1234"):
        say(team, "a")
    deliver("asks", str(team.pk))
    assert ids == ["request-1234"]


def test_delivery_to_a_subscriber_that_is_gone_from_the_product_is_over(
    team: Team, listeners: dict[str, Listener]
) -> None:
    say(team, "a")
    del SUBSCRIBERS[SAID.name]["first"]
    assert (deliver("first", str(team.pk)), deliver("first", str(team.pk))) == (1, 0)


@pytest.mark.spec("EVT-01")
@pytest.mark.django_db(transaction=True)
def test_sweep_hands_over_what_a_crash_left_once(
    team: Team, listeners: dict[str, Listener], valkey: Redis
) -> None:
    say(team, "a", "b")
    valkey.flushdb()
    assert sweep() == 0  # it may still be on its way
    Delivery.objects.update(pushed_at=timezone.now() - timedelta(seconds=services.LOST_AFTER_S + 1))
    assert (sweep(), sweep()) == (2, 0)
    deliver_queued()
    assert {name: each.heard for name, each in listeners.items()} == {
        "first": ["a", "b"],
        "second": ["a", "b"],
    }


@pytest.mark.django_db(transaction=True)
def test_sweep_leaves_a_failing_subject_alone_until_its_time(
    team: Team, listeners: dict[str, Listener]
) -> None:
    listeners["first"].failures["a"] = 1
    say(team, "a", "b", "c")
    deliver_queued()
    assert sweep() == 0
    wait_over()
    assert sweep() == 1
    deliver_queued()
    assert listeners["first"].heard == ["a", "b", "c"]


@pytest.mark.django_db(transaction=True)
def test_event_is_recorded_although_the_queue_is_away(
    team: Team, listeners: dict[str, Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Redis.from_url("redis://127.0.0.1:1/0")
    with monkeypatch.context() as patched:
        patched.setattr(queue, "connection", lambda: nobody)
        say(team, "a")
    Delivery.objects.update(pushed_at=timezone.now() - timedelta(seconds=services.LOST_AFTER_S + 1))
    sweep()
    deliver_queued()
    assert listeners["first"].heard == ["a"]


@pytest.mark.spec("EVT-01")
@pytest.mark.django_db(transaction=True)
def test_event_that_was_numbered_first_but_committed_last_is_heard_first(
    team: Team, listeners: dict[str, Listener]
) -> None:
    numbered, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            say(team, "numbered first")
            numbered.set()
            may_commit.wait(5)

    thread = threading.Thread(target=lambda: at_once(1, slow))
    thread.start()
    assert numbered.wait(5)
    say(team, "committed first")
    asked = threading.Thread(target=lambda: at_once(1, lambda: deliver("first", str(team.pk))))
    asked.start()
    asked.join(0.3)
    assert (asked.is_alive(), listeners["first"].heard) == (True, [])  # it waits for the open transaction
    may_commit.set()
    asked.join(5)
    thread.join(5)
    assert listeners["first"].heard == ["numbered first", "committed first"]


@pytest.mark.spec("EVT-01")
@pytest.mark.django_db(transaction=True)
def test_many_workers_deliver_each_event_once_in_order(team: Team, listeners: dict[str, Listener]) -> None:
    words = [str(n) for n in range(40)]
    say(team, *words)
    assert sum(at_once(6, lambda: deliver("first", str(team.pk)))) == 40
    assert listeners["first"].heard == words


@pytest.mark.spec("EVT-01")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=10), data=st.data()
)
def test_any_failures_in_any_order_leave_every_subject_in_order(
    team: Team, listeners: dict[str, Listener], events: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Events are (subject, how often its delivery fails first)."""
    Event.objects.all().delete()
    subjects = [team, *TeamFactory.create_batch(2)]
    listener = listeners["first"]
    listener.heard.clear()
    for n, (subject, failures) in enumerate(events):
        say(team, str(n), subject=subjects[subject])
        listener.failures[str(n)] = failures
    while pending := sorted(
        set(Delivery.objects.filter(done_at=None, subscriber="first").values_list("subject_id", flat=True))
    ):
        deliver("first", data.draw(st.sampled_from(pending)))
        wait_over()
    for subject in range(3):
        expected = [str(n) for n, (about, _) in enumerate(events) if about == subject]
        assert [word for word in listener.heard if word in expected] == expected
    assert len(listener.heard) == len(events)


@pytest.mark.spec("EVT-01", "JOB-05")
@pytest.mark.django_db(transaction=True)
def test_worker_and_clock_hand_over_what_valkey_forgot(team: Team, tmp_path: Path, valkey: Redis) -> None:
    trace = tmp_path / "heard"
    for word in ("a", "b", "c"):
        record(SAID, team=team, subject=team, data=Said(word, str(trace)))
    valkey.flushdb()
    Delivery.objects.update(pushed_at=None)
    with started("clock"), started("work", "--queues", "short", "--inline"):
        eventually(lambda: trace.exists() and len(trace.read_text().split()) == 3, what="the delivery")
    assert trace.read_text().split() == ["a", "b", "c"]


def test_forget_delivered_keeps_the_events_and_what_still_waits(
    team: Team, listeners: dict[str, Listener]
) -> None:
    say(team, "old", "waits")
    old = timezone.now() - services.KEEP_DELIVERIES - timedelta(days=1)
    Delivery.objects.filter(event__data__word="old", subscriber="first").update(done_at=old)
    assert (services.forget_delivered(), Delivery.objects.count(), Event.objects.count()) == (1, 3, 2)


def test_subscribe_names_the_function_and_takes_several_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SUBSCRIBERS, SAID.name, {})

    @subscribe(SAID)
    def heard(event: Event) -> None: ...

    assert list(SUBSCRIBERS[SAID.name]) == [f"{__name__}.{heard.__qualname__}"]


@pytest.mark.django_db(transaction=True)
def test_record_costs_few_queries(
    team: Team, listeners: dict[str, Listener], django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(6), transaction.atomic():
        say(team, "a")
    connection.close()


def test_missed_repeats_what_may_have_been_committed_out_of_order(team: Team) -> None:
    old, recent, seen, later = say(team, "old", "recent", "seen", "later")
    Event.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(minutes=5))
    assert [row[0] for row in missed(team, after=seen.pk) or []] == [recent.pk, later.pk]


def test_missed_of_a_number_that_the_team_never_had_is_unknown(team: Team, charlie: object) -> None:
    assert missed(team, after=0) == []
    (event,) = say(team, "hello")
    other = Team.objects.exclude(pk=team.pk).get()
    (elsewhere,) = say(other, "elsewhere")
    assert missed(team, after=event.pk - 1) is None
    assert missed(team, after=elsewhere.pk) == []
    assert missed(team, after=event.pk) == []
