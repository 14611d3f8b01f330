"""A breaker for each platform (CON-07): after a row of faults nobody calls it for a while, then one call tries.

Counted in Valkey for all processes together. Where Valkey does not answer every call goes through.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import RedisError

from apps.connections.registry import PLATFORMS
from apps.core import queue
from apps.core.http import OutcomeUnknown, OutsideError, Unavailable

logger = logging.getLogger(__name__)

FAULTS = 5  # in a row, each within WINDOW_S of the one before
WINDOW_S = 120
REST_S = 30.0  # doubled each time that the trying call fails
LONGEST_REST_S = 600.0
TRY_S = 60  # how long one process may have the trying call to itself
FORGET_S = 3600


class CircuitOpen(Unavailable):
    """The platform rests: it failed again and again, and nobody calls it until `retry_after_s` are over."""


@contextmanager
def platform_call(platform: str) -> Iterator[None]:
    """Around calls of one platform. Raises CircuitOpen while it rests; counts what comes of the call.

    A refusal is an answer: only faults and lost answers count.
    """
    wait_s = _wait_s(platform)
    if wait_s > 0:
        name = PLATFORMS[platform].name if platform in PLATFORMS else platform
        raise CircuitOpen(
            f"{name} has not answered several times, so it is left alone for a moment. It goes on by itself.",
            retry_after_s=wait_s,
            code="circuit_open",
        )
    try:
        yield
    except (Unavailable, OutcomeUnknown):
        _failed(platform)
        raise
    except OutsideError:
        _answered(platform)
        raise
    else:
        _answered(platform)


def resting_s(platform: str) -> float:
    """Seconds until the platform is tried again; 0 where it does not rest."""
    try:
        until = queue.connection().get(_key(platform, "until"))
    except (RedisError, OSError):
        return 0.0
    return max(float(until) - time.time(), 0.0) if until else 0.0


def _wait_s(platform: str) -> float:
    """How long to wait; 0 for everybody while it is closed, and for one once a rest is over."""
    try:
        until = queue.connection().get(_key(platform, "until"))
        if not until:
            return 0.0
        left = float(until) - time.time()
        if left > 0:
            return left
        is_first = queue.connection().set(_key(platform, "trying"), "1", nx=True, ex=TRY_S)
        return 0.0 if is_first else 5.0
    except (RedisError, OSError) as error:
        logger.warning("the breaker of %s can't be read, Valkey does not answer: %s", platform, error)
        return 0.0


def _failed(platform: str) -> None:
    try:
        valkey = queue.connection()
        faults = int(valkey.incr(_key(platform, "faults")))
        valkey.expire(_key(platform, "faults"), WINDOW_S)
        if faults < FAULTS and not valkey.exists(_key(platform, "until")):
            return
        rest_s = min(REST_S * 2 ** max(faults - FAULTS, 0), LONGEST_REST_S)
        valkey.expire(_key(platform, "faults"), FORGET_S)
        valkey.set(_key(platform, "until"), f"{time.time() + rest_s:.3f}", ex=FORGET_S)
        valkey.delete(_key(platform, "trying"))
    except (RedisError, OSError) as error:
        logger.warning("a fault of %s can't be counted, Valkey does not answer: %s", platform, error)


def _answered(platform: str) -> None:
    try:
        queue.connection().delete(*(_key(platform, name) for name in ("faults", "until", "trying")))
    except (RedisError, OSError) as error:
        logger.warning("an answer of %s can't be counted, Valkey does not answer: %s", platform, error)


def _key(platform: str, name: str) -> str:
    return f"circuit:{platform}:{name}"
