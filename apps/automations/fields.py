"""What an event's conditions can ask about: the fields of its data, typed, and how each type is compared."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from apps.automations.errors import AutomationError
from apps.events.registry import EventType

TEXT, NUMBER, TRUTH, LIST = "text", "number", "truth", "list"
PYTHON_TYPES = {TEXT: str, TRUTH: bool, LIST: list}
SUBJECT = "subject"  # the name of what the event is about


@dataclass(frozen=True)
class Operator:
    """One way to compare. `needs_value` is False where there is nothing to compare with."""

    name: str
    label: str
    kinds: frozenset[str]
    holds: Callable[[Any, Any], bool]
    needs_value: bool = True


def _same_text(found: Any, wanted: Any) -> bool:
    return str(found).casefold() == str(wanted).casefold()


def _contains(found: Any, wanted: Any) -> bool:
    if isinstance(found, list):
        return any(_same_text(item, wanted) for item in found)
    return str(wanted).casefold() in str(found).casefold()


def _equal(found: Any, wanted: Any) -> bool:
    return bool(found == wanted) if isinstance(wanted, float) else _same_text(found, wanted)


def _operators(*rows: tuple[str, str, set[str], Callable[[Any, Any], bool], bool]) -> dict[str, Operator]:
    return {
        name: Operator(name, label, frozenset(kinds), holds, needs)
        for name, label, kinds, holds, needs in rows
    }


OPERATORS = _operators(
    ("equals", "is", {TEXT, NUMBER}, _equal, True),
    ("differs", "is not", {TEXT, NUMBER}, lambda found, wanted: not _equal(found, wanted), True),
    ("contains", "contains", {TEXT, LIST}, _contains, True),
    ("lacks", "does not contain", {TEXT, LIST}, lambda found, wanted: not _contains(found, wanted), True),
    ("begins", "begins with", {TEXT}, lambda found, wanted: str(found).casefold().startswith(wanted.casefold()), True),
    ("greater", "is greater than", {NUMBER}, operator.gt, True),
    ("less", "is less than", {NUMBER}, operator.lt, True),
    ("empty", "is empty", {TEXT, LIST}, lambda found, _: not found, False),
    ("filled", "is not empty", {TEXT, LIST}, lambda found, _: bool(found), False),
    ("true", "is true", {TRUTH}, lambda found, _: found is True, False),
    ("false", "is false", {TRUTH}, lambda found, _: found is False, False),
)  # fmt: skip


@dataclass(frozen=True)
class EventField:
    name: str
    kind: str

    @property
    def label(self) -> str:
        return (
            "Name of what it is about" if self.name == SUBJECT else self.name.replace("_", " ").capitalize()
        )


def fields_of(event_type: EventType) -> dict[str, EventField]:
    """The fields that conditions and texts of this event may name."""
    typed = {name: kind for name, hint in get_type_hints(event_type.data).items() if (kind := _kind(hint))}
    return {name: EventField(name, kind) for name, kind in {SUBJECT: TEXT, **typed}.items()}


def _kind(hint: Any) -> str:
    """Empty for what nothing is compared with (nested data)."""
    plain = {str: TEXT, bool: TRUTH, int: NUMBER, float: NUMBER}
    if hint in plain:
        return plain[hint]
    if get_origin(hint) is list:
        return LIST
    inner = [part for part in get_args(hint) if part is not NoneType]
    return _kind(inner[0]) if len(inner) == 1 and get_origin(hint) is not dict else ""


@dataclass(frozen=True)
class Condition:
    """One comparison, checked and typed. `value` is None where the operator needs none."""

    field: EventField
    operator: Operator
    value: str | float | None

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it is so for these values; a value that is missing or of another type fulfils nothing."""
        found = values.get(self.field.name)
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        fits = is_number if self.field.kind == NUMBER else isinstance(found, PYTHON_TYPES[self.field.kind])
        return fits and self.operator.holds(found, self.value)

    def to_json(self) -> dict[str, Any]:
        return {"field": self.field.name, "operator": self.operator.name, "value": self.value}

    def __str__(self) -> str:
        value = (
            f" {self.value:g}" if isinstance(self.value, float) else f" “{self.value}”" if self.value else ""
        )
        return f"{self.field.label} {self.operator.label}{value}"


def read_condition(event_type: EventType, given: Mapping[str, Any]) -> Condition:
    """A condition from a form or a row. Raises AutomationError with what is wrong with it."""
    field = fields_of(event_type).get(str(given.get("field", "")))
    if field is None:
        raise AutomationError(f"{event_type.name} has no field {given.get('field')}.")
    chosen = OPERATORS.get(str(given.get("operator", "")))
    if chosen is None or field.kind not in chosen.kinds:
        fitting = ", ".join(each.label for each in OPERATORS.values() if field.kind in each.kinds)
        raise AutomationError(f"{field.label} can be compared by: {fitting}.")
    return Condition(field, chosen, _value(field, chosen, given.get("value")))


def _value(field: EventField, chosen: Operator, given: Any) -> str | float | None:
    if not chosen.needs_value:
        return None
    text = "" if given is None else str(given).strip()
    if not text:
        raise AutomationError(f"Say what {field.label.lower()} is compared with.")
    if field.kind != NUMBER:
        return text
    try:
        number = float(text)
    except ValueError:
        raise AutomationError(f"{field.label} is a number; “{text}” is none.") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise AutomationError(f"{field.label} is compared with an ordinary number.")
    return number


def read_conditions(event_type: EventType, rows: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    return tuple(read_condition(event_type, row) for row in rows)
