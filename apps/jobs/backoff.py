"""How long to wait before the next attempt (JOB-02)."""

import random

JITTER = 0.25


def wait_s(failed_attempts: int, *, first_s: float, longest_s: float, chance: float | None = None) -> float:
    """Seconds to wait after this many failed attempts (1 or more).

    first·2ⁿ⁻¹ plus up to a quarter of it by chance, never over `longest_s`. Each step is at least 1.6 times the
    one before, so that waits never shrink until the cap holds them equal.
    """
    spread = random.random() if chance is None else chance  # noqa: S311 – spreads load, guards nothing
    exponent = min(failed_attempts - 1, 60)
    return min(longest_s, first_s * 2**exponent * (1 + JITTER * spread))
