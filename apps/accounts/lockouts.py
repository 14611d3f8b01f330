"""Lock-outs that grow: whoever guesses has less and less time for it (ACC-08).

Kept in PostgreSQL, by account and by address: signing in needs PostgreSQL anyway, so that guesses are counted
whenever anybody can sign in, and no restart of another server lifts a lock.

A browser that has signed in before is counted apart from all others, so that nobody can shut an owner out by
guessing (OWASP, "Slow down online guessing attacks with device cookies").
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from apps.accounts.models import Guesses
from apps.core.limits import Verdict

WINDOW = timedelta(minutes=15)  # failures are forgotten after so long
WAITS_S = (60, 300, 900, 3600, 4 * 3600)  # the first lock-out of a day, the second, …
REMEMBER = timedelta(days=1)  # from the end of a lock-out, until the next one is a first again


@dataclass(frozen=True)
class Guard:
    """What is guessed at, and how many failures within WINDOW lock it."""

    name: str
    failures: int


PASSWORD = Guard("accounts.password", 5)
ADDRESS = Guard("accounts.address", 30)
SECOND_FACTOR = Guard("accounts.second_factor", 5)


def look(guard: Guard, key: str) -> Verdict:
    """Whether another try is listened to now, and if not, when. Counts nothing."""
    now = timezone.now()
    found = Guesses.objects.filter(pk=_name(guard, key), locked_until__gt=now)
    until = found.values_list("locked_until", flat=True).first()
    return Verdict(until is None, guard.failures, 0, (until - now).total_seconds() if until else 0.0)


@transaction.atomic
def failed(guard: Guard, key: str) -> Verdict:
    """Count a failure. The one that is too many locks, each time of a day for longer."""
    now = timezone.now()
    row = _row(guard, key, now)
    row.failed_at = [*(moment for moment in row.failed_at if moment > now - WINDOW), now]
    row.forget_at = max(row.forget_at, now + WINDOW)
    remaining = guard.failures - len(row.failed_at)
    wait_s = 0.0 if remaining > 0 else _lock(row, now)
    row.save()
    return Verdict(remaining > 0, guard.failures, max(remaining, 0), wait_s)


def passed(guard: Guard, key: str) -> None:
    """It was the right one: nothing is held against it any more."""
    Guesses.objects.filter(pk=_name(guard, key)).delete()


def forget_old() -> int:
    """Remove what counts no more; returns how many."""
    return Guesses.objects.filter(forget_at__lt=timezone.now()).delete()[0]


def _name(guard: Guard, key: str) -> str:
    """`key` may be an e-mail address, so only its keyed hash is kept."""
    return f"{guard.name}:{salted_hmac('apps.accounts.lockouts', key, algorithm='sha256').hexdigest()[:32]}"


def _row(guard: Guard, key: str, now: datetime) -> Guesses:
    """Its row, locked until the end of the transaction; empty where what it held counts no more."""
    name = _name(guard, key)
    Guesses.objects.bulk_create([Guesses(key=name, forget_at=now + WINDOW)], ignore_conflicts=True)
    row = Guesses.objects.select_for_update().get(pk=name)
    return row if row.forget_at >= now else Guesses(key=name, forget_at=now + WINDOW)


def _lock(row: Guesses, now: datetime) -> float:
    """Returns for how many seconds."""
    row.locks += 1
    row.failed_at = []
    wait_s = WAITS_S[min(row.locks, len(WAITS_S)) - 1]
    row.locked_until = now + timedelta(seconds=wait_s)
    row.forget_at = row.locked_until + REMEMBER
    return float(wait_s)
