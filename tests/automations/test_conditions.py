"""Conditions are typed by the event's data, compared without evaluating anything (EVT-03)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.automations.errors import AutomationError
from apps.automations.fields import OPERATORS, fields_of, read_condition
from apps.automations.registry import fill
from apps.events.registry import EVENT_TYPES
from tests.automations.conftest import baked


def holds(field: str, name: str, value: Any = None, **changes: Any) -> bool:
    kind = EVENT_TYPES["tests.baked"]
    condition = read_condition(kind, {"field": field, "operator": name, "value": value})
    return condition.holds({**kind.to_json(baked(**changes)), "subject": "Morning Show"})


@pytest.mark.spec("EVT-03")
def test_fields_of_an_event_have_the_types_of_its_data() -> None:
    kinds = {field.name: field.kind for field in fields_of(EVENT_TYPES["tests.baked"]).values()}
    assert kinds == {
        "subject": "text", "title": "text", "loaves": "number", "hours": "number", "is_sour": "truth",
        "formats": "list", "baker": "text",
    }  # fmt: skip


@pytest.mark.spec("EVT-03")
@pytest.mark.parametrize(
    ("field", "name", "value", "expected"),
    [
        ("title", "equals", "rye", True), ("title", "equals", "ry", False), ("title", "differs", "rye", False),
        ("title", "contains", "Y", True), ("title", "lacks", "wheat", True), ("title", "begins", "r", True),
        ("title", "empty", None, False), ("title", "filled", None, True), ("subject", "contains", "show", True),
        ("loaves", "equals", "3", True), ("loaves", "equals", "3.0", True), ("loaves", "greater", "2", True),
        ("loaves", "greater", "3", False), ("loaves", "less", "10", True), ("hours", "less", "1.51", True),
        ("is_sour", "true", None, True), ("is_sour", "false", None, False),
        ("formats", "contains", "9x16", True), ("formats", "contains", "9x", False),
        ("formats", "lacks", "16x9", True), ("formats", "empty", None, False),
        ("baker", "equals", "Bob", False), ("baker", "differs", "Bob", False),
    ],
)  # fmt: skip
def test_operator_compares_as_it_says(field: str, name: str, value: Any, expected: bool) -> None:
    assert holds(field, name, value) is expected


@pytest.mark.parametrize(
    ("field", "name", "value", "says"),
    [
        ("nothing", "equals", "1", "has no field nothing"),
        ("__class__", "equals", "1", "has no field __class__"),
        ("notes", "contains", "1", "has no field notes"),
        ("title", "greater", "1", "can be compared by: is, is not, contains"),
        ("loaves", "greater", "three", "Loaves is a number; “three” is none."),
        ("loaves", "greater", "nan", "an ordinary number"),
        ("loaves", "less", "", "Say what loaves is compared with."),
        ("title", "no-such", "1", "can be compared by"),
    ],
)
def test_condition_that_makes_no_sense_is_refused_with_a_sentence(
    field: str, name: str, value: str, says: str
) -> None:
    with pytest.raises(AutomationError, match=says.replace("?", ".")):
        holds(field, name, value)


@given(
    value=st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())),
    given_=st.text(max_size=20),
)
def test_no_value_of_an_event_makes_a_condition_fail(value: Any, given_: str) -> None:
    """Old events may hold what newer versions of their data do not: nothing fits, nothing breaks."""
    kind = EVENT_TYPES["tests.baked"]
    for field in fields_of(kind).values():
        for operator in OPERATORS.values():
            try:
                condition = read_condition(
                    kind, {"field": field.name, "operator": operator.name, "value": given_ or "1"}
                )
            except AutomationError:
                continue
            assert condition.holds({field.name: value}) in (True, False)


@pytest.mark.spec("EVT-03")
def test_texts_take_the_values_of_the_event_and_nothing_else() -> None:
    values = {"title": "Rye {loaves}", "loaves": 3, "formats": ["a", "b"]}
    text = "{title} {loaves} {formats} {nothing} {title.__class__} {0} %s {{title}}"
    assert fill(text, values) == "Rye {loaves} 3 a, b {nothing} {title.__class__} {0} %s {Rye {loaves}}"
