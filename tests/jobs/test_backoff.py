"""How long failed work waits (JOB-02)."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.jobs.backoff import JITTER, wait_s
from apps.jobs.kinds import retry_wait_s

SECONDS = st.floats(min_value=0.01, max_value=1e4)
CHANCES = st.lists(st.floats(min_value=0, max_value=1, exclude_max=True), min_size=1, max_size=80)


@pytest.mark.spec("JOB-02", "P-A29")
@given(first_s=SECONDS, longest_s=SECONDS, chances=CHANCES)
def test_waits_never_shrink_and_stay_between_the_doubled_base_and_its_jitter(
    first_s: float, longest_s: float, chances: list[float]
) -> None:
    waits = [
        wait_s(n, first_s=first_s, longest_s=longest_s, chance=chance) for n, chance in enumerate(chances, 1)
    ]
    assert all(before <= after for before, after in pairwise(waits))
    for n, wait in enumerate(waits):
        base = first_s * 2 ** min(n, 60)
        assert min(longest_s, base) <= wait <= min(longest_s, base * (1 + JITTER))


def test_wait_has_jitter() -> None:
    assert len({wait_s(3, first_s=5, longest_s=900) for _ in range(20)}) > 10


@pytest.mark.parametrize(("asked_s", "low", "high"), [(None, 5, 6.25), (1, 5, 6.25), (120, 120, 120)])
def test_retry_wait_is_what_was_asked_for_unless_the_backoff_is_longer(
    asked_s: float | None, low: float, high: float
) -> None:
    assert low <= retry_wait_s("no.such_kind", 1, asked_s) <= high
