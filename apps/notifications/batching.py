"""When many alerts of one kind become one message (NTF-04). Pure: what was told before in, a decision out.

The first two of a kind are told at once, one by one. What follows within ten minutes of them is gathered into a
digest, which waits for more: 50 s the first time, then 5 and 30 minutes while the burst goes on. So a burst of half an
hour is at most five messages, however many alerts there were, and none of its first three waits for a minute.
Critical alerts never come here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SINGLES = 2
BURST = timedelta(minutes=10)
REMEMBERED = timedelta(hours=2)  # how long an earlier digest makes the next one wait longer
WAITS = (timedelta(seconds=50), timedelta(minutes=5), timedelta(minutes=30))


@dataclass(frozen=True)
class Told:
    """One notice of the kind that the person has: when it came, when it last took something in, and until when it
    does so (None: a single)."""

    made_at: datetime
    last_at: datetime
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """What becomes of a new alert: `joins` is the place of the digest that takes it in, `closes_at` the end of a new
    digest; with neither it is told at once."""

    joins: int | None = None
    closes_at: datetime | None = None


def decide(told: Sequence[Told], now: datetime) -> Decision:
    """What to do with an alert that comes now. `told` may hold older notices too; they are left out of account."""
    for place, one in enumerate(told):
        if one.closes_at is not None and one.closes_at > now:
            return Decision(joins=place)
    recent = [one for one in told if one.last_at >= now - BURST]
    if len(recent) < SINGLES and not any(one.closes_at for one in recent):
        return Decision()
    digests = sum(one.closes_at is not None and one.made_at > now - REMEMBERED for one in told)
    return Decision(closes_at=now + WAITS[min(digests, len(WAITS) - 1)])
