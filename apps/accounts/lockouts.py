"""Lock-outs that grow: whoever guesses has less and less time for it (ACC-08).

Kept in Valkey, by account and by address.

A browser that has signed in before is counted apart from all others, so that nobody can shut an owner out by
guessing (OWASP, "Slow down online guessing attacks with device cookies").
"""

from dataclasses import dataclass

from apps.core import limits, queue
from apps.core.limits import Verdict

WINDOW_S = 900  # failures are forgotten after so long
WAITS_S = (60, 300, 900, 3600, 4 * 3600)  # the first lock-out of a day, the second, …
REMEMBER_S = 24 * 3600


@dataclass(frozen=True)
class Guard:
    """What is guessed at, and how many failures within WINDOW_S lock it."""

    name: str
    failures: int


PASSWORD = Guard("accounts.password", 5)
ADDRESS = Guard("accounts.address", 30)
SECOND_FACTOR = Guard("accounts.second_factor", 5)


def _names(guard: Guard, key: str) -> tuple[str, str]:
    """Valkey's names of the lock, and of how often there was one lately."""
    return f"lock:{limits.key_of(guard.name, key)}", f"locks:{limits.key_of(guard.name, key)}"


def look(guard: Guard, key: str) -> Verdict:
    """Whether another try is listened to now, and if not, when. Counts nothing."""
    wait_s = int(queue.connection().ttl(_names(guard, key)[0]))
    return Verdict(wait_s <= 0, guard.failures, 0, float(max(wait_s, 0)))


def failed(guard: Guard, key: str) -> Verdict:
    """Count a failure. The one that is too many locks, each time of a day for longer."""
    counted = limits.hit(guard.name, key, guard.failures, WINDOW_S)
    if counted.remaining or not counted.known:
        return Verdict(True, guard.failures, counted.remaining, 0.0)
    lock, locks = _names(guard, key)
    valkey = queue.connection()
    times = int(valkey.incr(locks))
    valkey.expire(locks, REMEMBER_S)
    limits.forget(guard.name, key)
    wait_s = WAITS_S[min(times, len(WAITS_S)) - 1]
    valkey.set(lock, "1", ex=wait_s)
    return Verdict(False, guard.failures, 0, float(wait_s))


def passed(guard: Guard, key: str) -> None:
    """It was the right one: nothing is held against it any more."""
    limits.forget(guard.name, key)
    queue.connection().delete(*_names(guard, key))
