"""Keys of steps."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.creation import graph
from apps.creation.graph import StepPlan, step_key
from apps.creation.models import StepKind

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.spec("GEN-09")
@given(params=st.dictionaries(st.text(max_size=8), JSON, max_size=6))
def test_a_key_does_not_depend_on_the_order_of_parameters(params):
    backwards = dict(reversed(list(params.items())))
    assert step_key(StepKind.VOICE, params) == step_key(StepKind.VOICE, backwards)


@pytest.mark.spec("GEN-09")
@given(first=JSON, second=JSON)
def test_keys_are_equal_exactly_when_parameters_are(first, second):
    same = step_key(StepKind.VOICE, {"p": first}) == step_key(StepKind.VOICE, {"p": second})
    assert same == (json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True))


def test_every_kind_has_a_version_and_its_own_keys(monkeypatch):
    assert set(graph.VERSIONS) == set(StepKind)
    assert len({step_key(kind, {}) for kind in StepKind}) == len(StepKind)
    before = step_key(StepKind.SOUND, {})
    monkeypatch.setitem(graph.VERSIONS, StepKind.SOUND, 99)
    assert step_key(StepKind.SOUND, {}) != before


def test_key_parts_stand_in_for_parameters():
    plan = StepPlan(StepKind.SOUND, "sound", "Mix", {"file": "id"}, key_parts={"sha": "abc"})
    assert plan.key == step_key(StepKind.SOUND, {"sha": "abc"})
    assert plan.group == "sound"
