"""Many alerts of one kind become a few messages; what comes alone is told at once (NTF-04)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.notifications.batching import SINGLES, Told, decide

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def tell(gaps_s: list[float]) -> list[Told]:
    """What a person was told after alerts with these seconds between them."""
    told: list[Told] = []
    now = NOON
    for gap in gaps_s:
        now += timedelta(seconds=gap)
        decision = decide(told, now)
        if decision.joins is not None:
            one = told[decision.joins]
            told[decision.joins] = Told(one.made_at, now, one.closes_at)
        else:
            told.append(Told(now, now, decision.closes_at))
    return told


@pytest.mark.spec("NTF-04")
@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 300), min_size=1, max_size=150))
def test_burst_of_up_to_35_minutes_is_at_most_five_messages(gaps: list[float]) -> None:
    total, kept = 0.0, []
    for gap in gaps:
        total += gap
        if total > 35 * 60:
            break
        kept.append(gap)
    told = tell(kept or [0])
    assert len(told) <= 5
    assert [one.closes_at is None for one in told[:SINGLES]] == [True] * min(SINGLES, len(told))


@pytest.mark.spec("NTF-04")
@pytest.mark.spec("P-A31")
@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 7200), min_size=1, max_size=40))
def test_first_two_are_told_at_once_and_the_first_digest_within_a_minute(gaps: list[float]) -> None:
    told = tell(gaps)
    for number, one in enumerate(told):
        before = [other for other in told[:number] if other.last_at > one.made_at - timedelta(hours=2)]
        digests = [other for other in before if other.closes_at]
        if len(before) < SINGLES:
            assert one.closes_at is None
        elif one.closes_at is not None and not digests:
            assert one.closes_at - one.made_at <= timedelta(seconds=60)


def test_five_thousand_at_once_are_three_messages() -> None:
    assert len(tell([0.004] * 5000)) == 3


def test_after_a_quiet_time_an_alert_is_told_at_once_again() -> None:
    told = tell([0, 1, 1, 3 * 3600])
    assert [one.closes_at is None for one in told] == [True, True, False, True]
