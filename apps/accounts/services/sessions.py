"""Where a person is signed in: seen, listed, ended (ACC-07)."""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts import signals
from apps.accounts.models import Session, User
from apps.accounts.session_store import row_key

TOUCH_AFTER = timedelta(minutes=5)


def of(user: User) -> QuerySet[Session]:
    """The person's live sessions, the newest first."""
    return Session.objects.filter(user=user).live().order_by("-seen_at")


def touch(session_key: str | None, seen_at: datetime, address: str | None) -> None:
    """Note that a session was used, at most once in TOUCH_AFTER."""
    now = timezone.now()
    if session_key and now - seen_at > TOUCH_AFTER:
        Session.objects.filter(pk=row_key(session_key)).update(seen_at=now, address=address)


@transaction.atomic
def end(*, user: User, key: str) -> bool:
    """Sign one of the person's devices out; False where it was none of theirs, or already gone."""
    ended, _ = Session.objects.filter(user=user, pk=key).delete()
    if ended:
        signals.sessions_revoked.send(User, user=user, session_keys=[key], reason="by_hand")
    return bool(ended)


@transaction.atomic
def end_all(*, user: User, keep: str | None, reason: str = "by_hand") -> int:
    """Sign every device out, but for the one whose row key is `keep`. Returns how many."""
    keys = list(Session.objects.filter(user=user).exclude(pk=keep or "").values_list("pk", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    if keys:
        signals.sessions_revoked.send(User, user=user, session_keys=keys, reason=reason)
    return len(keys)


def drop_all(*, user: User) -> int:
    """As `end_all`, for whoever puts on record by themselves why. Returns how many."""
    return Session.objects.filter(user=user).delete()[0]


def key_of(session: SessionBase) -> str:
    """The row key of a request's session."""
    return row_key(session.session_key or "")


def clear_expired() -> int:
    """Remove what has run out; returns how many."""
    removed, _ = Session.objects.exclude(pk__in=Session.objects.live().values("pk")).delete()
    return removed
