"""Every kind of work has its limits, every event its data and somebody who hears it."""

import re
from dataclasses import fields

import pytest

from apps.events.registry import EVENT_TYPES, SUBSCRIBERS, EventType
from apps.jobs.clock import RECURRING
from apps.jobs.kinds import KINDS, JobKind

NAME = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*")
LONGEST_S = 4 * 3600

OUR_KINDS = sorted(
    (kind for kind in KINDS.values() if kind.work.__module__.startswith("apps.")), key=lambda kind: kind.name
)
OUR_EVENTS = sorted(
    (event for event in EVENT_TYPES.values() if event.data.__module__.startswith("apps.")),
    key=lambda event: event.name,
)


def app_of(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.spec("JOB-01")
@pytest.mark.parametrize("kind", OUR_KINDS, ids=lambda kind: kind.name)
def test_job_kind_has_a_name_of_its_app_a_time_limit_and_attempts(kind: JobKind) -> None:
    assert NAME.fullmatch(kind.name)
    assert kind.name.split(".")[0] == app_of(kind.work.__module__)
    assert 1 <= kind.timeout_s <= LONGEST_S
    assert 1 <= kind.attempts <= 20
    assert 0 < kind.first_wait_s <= kind.longest_wait_s
    assert kind.work.__doc__


def test_there_are_job_kinds_and_events() -> None:
    assert OUR_KINDS
    assert OUR_EVENTS


@pytest.mark.spec("EVT-01")
@pytest.mark.parametrize("event", OUR_EVENTS, ids=lambda event: event.name)
def test_event_has_a_name_data_a_summary_and_a_listener_or_a_reason_for_none(event: EventType) -> None:
    assert NAME.fullmatch(event.name)
    assert event.data.__module__ == f"apps.{app_of(event.data.__module__)}.events"
    assert event.summary.endswith(".")
    assert all(field.type for field in fields(event.data))
    heard = {name for name in SUBSCRIBERS.get(event.name, {}) if name.startswith("apps.")}
    assert bool(heard) != bool(event.unheard_because), "heard by somebody, or not and says why: one of both"


def test_nobody_listens_to_an_event_that_does_not_exist() -> None:
    assert SUBSCRIBERS.keys() - EVENT_TYPES.keys() == set()


def test_recurring_work_has_a_name_of_its_app_and_a_rhythm() -> None:
    assert RECURRING
    for entry in RECURRING.values():
        assert NAME.fullmatch(entry.name), entry.name
        assert 1 <= entry.every_s <= 7 * 24 * 3600, entry.name
