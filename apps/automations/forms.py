"""The form of one automation: the event and the action are chosen first, since the rest depends on them."""

from typing import Any

from django import forms

from apps.automations.errors import AutomationError
from apps.automations.fields import OPERATORS, Condition, fields_of, read_condition
from apps.automations.models import Automation
from apps.automations.registry import ACTIONS, Action, ActionForm
from apps.automations.services.rules import Rule
from apps.events.registry import EVENT_TYPES, EventType
from apps.teams.models import Team

ROWS = 4  # of conditions
MOST_AN_HOUR = 500


def event_choices() -> list[tuple[str, str]]:
    """Every kind of event with its sentence."""
    choices = ((name, f"{kind.title} – {kind.summary}") for name, kind in EVENT_TYPES.items())
    return sorted(choices, key=lambda choice: choice[1])


class ChooseForm(forms.Form):
    """When and what."""

    event = forms.ChoiceField(label="When this happens", choices=event_choices)
    action = forms.ChoiceField(
        label="Do this",
        choices=lambda: [(action.name, action.label) for action in ACTIONS.values()],
        widget=forms.RadioSelect,
    )


class ConditionRow(forms.Form):
    """One condition; a row without a field is not used."""

    field = forms.ChoiceField(label="Field", required=False)
    operator = forms.ChoiceField(
        label="Comparison", required=False, choices=[(each.name, each.label) for each in OPERATORS.values()]
    )
    value = forms.CharField(label="Value", required=False, max_length=200)

    def __init__(self, *args: Any, event_type: EventType, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event_type = event_type
        self.condition: Condition | None = None
        field = self.fields["field"]
        if isinstance(field, forms.ChoiceField):
            known = [(each.name, each.label) for each in fields_of(event_type).values()]
            field.choices = [("", "No condition"), *known]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("field"):
            try:
                self.condition = read_condition(self.event_type, data)
            except AutomationError as error:
                raise forms.ValidationError(error.message) from None
        return data


def _as_typed(row: dict[str, Any]) -> dict[str, Any]:
    """A condition as its row shows it: numbers are kept as 2.0, and people wrote 2."""
    value = row.get("value")
    return {**row, "value": int(value)} if isinstance(value, float) and value.is_integer() else row


class AutomationForm(forms.Form):
    """Name, conditions, and the wishes of the action."""

    name = forms.CharField(label="Name", max_length=120)
    per_hour = forms.IntegerField(
        label="At most, in an hour",
        min_value=1,
        max_value=MOST_AN_HOUR,
        initial=20,
        help_text="What comes more often is left out, and the log says so.",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        team: Team,
        event_type: EventType,
        action: Action,
        automation: Automation | None = None,
    ) -> None:
        initial = {"name": automation.name, "per_hour": automation.per_hour} if automation else None
        super().__init__(data, initial=initial)
        self.event_type, self.action = event_type, action
        known = automation.conditions if automation and automation.event_type == event_type.name else []
        self.rows = [
            ConditionRow(
                data,
                prefix=f"condition-{number}",
                event_type=event_type,
                initial=_as_typed(known[number]) if number < len(known) else None,
            )
            for number in range(ROWS)
        ]
        wishes = automation.wishes if automation and automation.action == action.name else None
        self.action_form: ActionForm = action.form(data, team=team, initial=wishes)

    def is_valid(self) -> bool:
        """All parts, each of which says what is wrong beside its own fields."""
        parts = [super().is_valid(), *(row.is_valid() for row in self.rows), self.action_form.is_valid()]
        return all(parts)

    def rule(self, *, is_on: bool = True) -> Rule:
        """What was filled in; the form is valid."""
        return Rule(
            name=self.cleaned_data["name"],
            event_type=self.event_type.name,
            conditions=[row.condition for row in self.rows if row.condition],
            action=self.action.name,
            wishes=self.action_form.wishes(),
            per_hour=self.cleaned_data["per_hour"],
            is_on=is_on,
        )


def chosen(event: str, action: str) -> tuple[EventType, Action] | None:
    """What these names stand for, None where one of them is unknown."""
    if event in EVENT_TYPES and action in ACTIONS:
        return EVENT_TYPES[event], ACTIONS[action]
    return None
