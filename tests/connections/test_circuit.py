"""A platform that fails again and again rests, and the others go on (CON-07, P-C04)."""

import pytest
import time_machine
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.connections.services import circuit
from apps.connections.services.circuit import CircuitOpen, platform_call, resting_s
from apps.core import http, queue

PLATFORMS = ("youtube", "tiktok", "facebook")


@pytest.fixture(autouse=True)
def empty(valkey):
    return valkey


def fail(platform: str, error: Exception | None = None) -> None:
    with pytest.raises(type(error or http.Unavailable("x"))), platform_call(platform):
        raise error or http.Unavailable("down")


def works(platform: str) -> bool:
    try:
        with platform_call(platform):
            return True
    except CircuitOpen:
        return False


@pytest.mark.spec("CON-07")
def test_after_five_faults_it_rests_then_one_call_tries():
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False) as clock:
        for _ in range(5):
            fail("tiktok")
        with pytest.raises(CircuitOpen, match="TikTok has not answered") as caught, platform_call("tiktok"):
            raise AssertionError("nobody calls it")
        assert caught.value.retry_after_s == 30.0
        assert works("youtube")
        clock.shift(31)
        fail("tiktok")  # the one that tries; the rest is longer then
        assert 30 < resting_s("tiktok") <= 60
        clock.shift(61)
        with platform_call("tiktok"):
            assert not works("tiktok")  # only one at a time tries
        assert works("tiktok")
        assert resting_s("tiktok") == 0


@pytest.mark.parametrize(
    "refusal",
    [http.Rejected("no"), http.AuthExpired("no"), http.RateLimited("slow"), http.QuotaExceeded("none")],
)
def test_a_refusal_is_an_answer(refusal):
    for _ in range(4):
        fail("tiktok")
    fail("tiktok", refusal)
    for _ in range(4):
        fail("tiktok")
    assert works("tiktok")


def test_a_lost_answer_counts_as_a_fault():
    for _ in range(5):
        fail("tiktok", http.OutcomeUnknown("lost"))
    assert not works("tiktok")


def test_without_valkey_every_call_goes_through(settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/1"
    for _ in range(6):
        fail("tiktok")
    assert works("tiktok")


@pytest.mark.spec("P-C04")
@hypothesis_settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLATFORMS), st.booleans()), max_size=40))
def test_one_platforms_faults_change_nothing_on_another(calls):
    """Each platform answers as it would if it were alone."""
    queue.connection().flushdb()
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False):
        together = [_tried(platform, good) for platform, good in calls]
        queue.connection().flushdb()
        alone = {
            platform: [_tried(platform, good) for name, good in calls if name == platform]
            for platform in PLATFORMS
        }
    assert together == [alone[platform].pop(0) for platform, _ in calls]


def _tried(platform: str, good: bool) -> str:
    try:
        with circuit.platform_call(platform):
            if not good:
                raise http.Unavailable("down")
            return "answered"
    except CircuitOpen:
        return "rests"
    except http.Unavailable:
        return "failed"
