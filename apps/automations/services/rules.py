"""Making and changing automations, and trying them on what has happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.automations.errors import AutomationError
from apps.automations.fields import Condition
from apps.automations.models import Automation
from apps.automations.registry import ACTIONS, ActionCall, values_of
from apps.automations.services.acting import call_for
from apps.core.errors import UserError
from apps.events.models import Event
from apps.teams.models import Membership, Team

MOST = 50  # of one team
LOOKED_AT = 500  # past events of a dry run
LOOKED_BACK = timedelta(days=30)
SHOWN = 20


@dataclass(frozen=True)
class Rule:
    """What a person filled in; conditions are checked, wishes came out of the action's form."""

    name: str
    event_type: str
    conditions: Sequence[Condition]
    action: str
    wishes: Mapping[str, Any]
    per_hour: int
    is_on: bool = True

    def values(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "event_type": self.event_type,
            "conditions": [condition.to_json() for condition in self.conditions],
            "action": self.action,
            "wishes": dict(self.wishes),
            "per_hour": self.per_hour,
            "is_on": self.is_on,
        }


@transaction.atomic
def save(rule: Rule, *, team: Team, actor: User, automation: Automation | None = None) -> Automation:
    """Make an automation, or change one; from now on it acts in this person's name.

    Raises AutomationError where the name is taken, the team has too many, or the person may not do what it does.
    """
    _check_may(team, actor, rule.action)
    others = Automation.objects.in_team(team).exclude(pk=automation.pk if automation else None)
    if others.filter(name=rule.name).exists():
        raise AutomationError("Another automation has this name.", field="name")
    if automation is None and others.count() >= MOST:
        raise AutomationError(f"A team has at most {MOST} automations. Remove one that is not needed.")
    before = _facts(automation) if automation else None
    row = automation or Automation(team=team)
    for name, value in rule.values().items():
        setattr(row, name, value)
    row.made_by, row.stopped_because = actor, ""
    row.save()
    action = "automation.change" if automation else "automation.create"
    audit(action, team=team, actor=actor, target=row, before=before, after=_facts(row))
    return row


def _check_may(team: Team, actor: User, action_name: str) -> None:
    action = ACTIONS.get(action_name)
    if action is None:
        raise AutomationError("Choose what is to be done.", field="action")
    membership = Membership.objects.filter(team=team, user=actor).first()
    if membership is None or not membership.may(action.permission):
        raise AutomationError(
            f"It would act in your name, and your role does not include: {action.permission.label}."
        )


def _facts(automation: Automation) -> dict[str, Any]:
    names = ("name", "event_type", "conditions", "action", "wishes", "per_hour", "is_on")
    return {name: getattr(automation, name) for name in names}


@transaction.atomic
def switch(automation: Automation, *, on: bool, actor: User) -> None:
    """On again, it acts in the name of who switched it on."""
    if on:
        _check_may(automation.team, actor, automation.action)
        automation.made_by, automation.stopped_because = actor, ""
    automation.is_on = on
    automation.save(update_fields=["is_on", "made_by", "stopped_because", "updated_at"])
    name = "automation.switch_on" if on else "automation.switch_off"
    audit(name, team=automation.team, actor=actor, target=automation)


@transaction.atomic
def remove(automation: Automation, *, actor: User) -> None:
    """For good, with its log."""
    audit(
        "automation.delete", team=automation.team, actor=actor, target=automation, before=_facts(automation)
    )
    automation.delete()


@dataclass(frozen=True)
class Rehearsed:
    """A past event that the rule would have met, and what it would have done."""

    event: Event
    words: str
    is_possible: bool


@dataclass(frozen=True)
class Rehearsal:
    """A dry run: how many events were looked at, how many met the conditions, and the latest of them."""

    looked_at: int
    met: int
    shown: Sequence[Rehearsed]


def rehearse(rule: Rule, *, team: Team, actor: User) -> Rehearsal:
    """What the rule would have done with the team's latest events of its kind. Nothing is done."""
    automation = Automation(team=team, made_by=actor, **rule.values())
    since = timezone.now() - LOOKED_BACK
    past = Event.objects.in_team(team).filter(type=rule.event_type, at__gt=since).order_by("-id")
    events = list(past[:LOOKED_AT])
    met = [event for event in events if all(c.holds(values_of(event)) for c in rule.conditions)]
    return Rehearsal(len(events), len(met), [_rehearsed(automation, event) for event in met[:SHOWN]])


def _rehearsed(automation: Automation, event: Event) -> Rehearsed:
    try:
        call: ActionCall = call_for(automation, event)
        return Rehearsed(event, ACTIONS[automation.action].describe(call), True)
    except UserError as error:
        return Rehearsed(event, error.message, False)
