"""What automations can do. Each action is declared by the app that owns it, in its `actions.py`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from apps.accounts.models import User
from apps.automations.fields import SUBJECT
from apps.events.models import Event
from apps.teams.models import Team
from apps.teams.roles import Permission

PLACEHOLDER = re.compile(r"\{([a-z][a-z_]*)\}")


class ActionForm(forms.Form):
    """The wishes of one action. `team` limits what can be chosen; cleaned data is JSON."""

    def __init__(self, data: Any = None, *, team: Team, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="action", initial=dict(initial) if initial else None)
        self.team = team

    def wishes(self) -> dict[str, Any]:
        """The cleaned data as JSON: rows as their ids."""
        return {
            name: str(value.pk) if hasattr(value, "pk") else value
            for name, value in self.cleaned_data.items()
        }


@dataclass(frozen=True)
class ActionCall:
    """What an action is called with: for whom, in whose name, because of what, and the wishes of its form."""

    team: Team
    actor: User
    event: Event
    wishes: Mapping[str, Any]
    automation_name: str

    def text(self, name: str) -> str:
        """A text of the wishes with its {placeholders} filled in from the event; unknown ones stay as they are."""
        return fill(str(self.wishes.get(name, "")), values_of(self.event))


Run = Callable[[ActionCall], str]


@dataclass(frozen=True)
class Action:
    """`run(call)` does it, in a transaction of its own, and returns a sentence of what it did.

    `describe(call)` says without doing it what it would do. Both may raise UserError. `permission` is what the
    person who made the automation must have.
    """

    name: str
    label: str
    summary: str
    icon: str
    form: type[ActionForm]
    run: Run
    describe: Run
    permission: Permission


ACTIONS: dict[str, Action] = {}


def define_action(
    name: str,
    *,
    label: str,
    summary: str,
    form: type[ActionForm],
    run: Run,
    describe: Run,
    permission: Permission,
    icon: str = "bolt",
) -> Action:
    """Declare an action. Raises ValueError where the name is taken."""
    if name in ACTIONS:
        raise ValueError(f"the action {name} is defined twice")
    ACTIONS[name] = Action(name, label, summary, icon, form, run, describe, permission)
    return ACTIONS[name]


def values_of(event: Event) -> dict[str, Any]:
    """What conditions and texts see of an event: its data, and the name of its subject."""
    return {**event.data, SUBJECT: event.subject_name}


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Names in braces replaced by values, as words; nothing is evaluated."""

    def word(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if value is None:
            return match[0]
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    return PLACEHOLDER.sub(word, text)
