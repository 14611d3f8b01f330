"""Automations in tests: an event of our own, an action that leaves traces, and a way to let all happen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django import forms

from apps.accounts.models import User
from apps.automations.fields import read_condition
from apps.automations.models import Automation
from apps.automations.registry import ACTIONS, ActionCall, ActionForm, define_action
from apps.automations.services.rules import Rule, save
from apps.core.errors import UserError
from apps.events.models import Delivery, Event
from apps.events.registry import EVENT_TYPES, define_event
from apps.events.services import deliver, record
from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import run_job
from apps.teams.models import Team
from apps.teams.roles import Permission


@dataclass(frozen=True)
class Baked:
    title: str
    loaves: int
    hours: float
    is_sour: bool
    formats: list[str]
    baker: str | None = None
    notes: dict[str, str] | None = None


class ShoutForm(ActionForm):
    word = forms.CharField(max_length=50)


SHOUTED: list[str] = []


def shout(call: ActionCall) -> str:
    if call.text("word") == "refuse":
        raise UserError("It does not want to.")
    SHOUTED.append(call.text("word"))
    if call.text("word") == "again":
        record(EVENT_TYPES["tests.baked"], team=call.team, subject=call.team, data=baked())
    return f"Shouted {call.text('word')}"


def baked(**changes: Any) -> Baked:
    values = {"title": "Rye", "loaves": 3, "hours": 1.5, "is_sour": True, "formats": ["9x16", "1x1"]}
    return Baked(**{**values, **changes})


@pytest.fixture(autouse=True)
def bakery() -> Iterator[None]:
    """The event and the action exist for the time of a test."""
    SHOUTED.clear()
    define_event("tests.baked", data=Baked, summary="Bread came out of the oven.")
    define_action(
        "shout", label="Shout", summary="Says a word.", form=ShoutForm, run=shout,
        describe=lambda call: f"Would shout {call.text('word')}", permission=Permission.CREATE_VIDEO,
    )  # fmt: skip
    yield
    del EVENT_TYPES["tests.baked"]
    del ACTIONS["shout"]


@pytest.fixture
def automate(team: Team, alice: User) -> Callable[..., Automation]:
    """Make an automation of alice's that shouts."""

    def make(
        *conditions: tuple[str, str, Any], word: str = "bread", actor: User = alice, **values: Any
    ) -> Automation:
        kind = EVENT_TYPES["tests.baked"]
        typed = [
            read_condition(kind, {"field": field, "operator": name, "value": value})
            for field, name, value in conditions
        ]
        rule = {"name": "Shout", "action": "shout", "wishes": {"word": word}, "per_hour": 20, **values}
        return save(Rule(event_type=kind.name, conditions=typed, **rule), team=team, actor=actor)

    return make


@pytest.fixture
def happens(team: Team) -> Callable[..., list[str]]:
    """Record the event, let everything come of it, and say what was shouted."""

    def happen(times: int = 1, **changes: Any) -> list[str]:
        for _ in range(times):
            record(EVENT_TYPES["tests.baked"], team=team, subject=team, data=baked(**changes))
        settle()
        return SHOUTED

    return happen


def settle() -> None:
    """Hand over events and run jobs until nothing is left to do."""
    while True:
        waiting = Delivery.objects.filter(done_at=None, attempts=0).first()
        job = Job.objects.filter(status=JobStatus.QUEUED).order_by("queued_at").first()
        if waiting is None and job is None:
            return
        if waiting is not None:
            deliver(waiting.subscriber, waiting.subject_id)
        if job is not None:
            run_job(str(job.pk))


def latest(team: Team) -> Event:
    return Event.objects.in_team(team).order_by("-id")[0]
