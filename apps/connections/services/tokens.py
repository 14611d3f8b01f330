"""Tokens that are valid now (CON-02): renewed once however many workers want it, and a plain word where only a person
can help."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from redis.exceptions import LockError, RedisError

from apps.connections.adapters import Call, Grant, Identity
from apps.connections.errors import NeedsReconnecting
from apps.connections.events import (
    CONNECTION_BROKEN,
    CONNECTION_CHANGED,
    CONNECTION_EXPIRING,
    ConnectionBroken,
    ConnectionChanged,
    ConnectionExpiring,
)
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.registrations import is_available, registration
from apps.connections.registry import PLATFORMS
from apps.connections.services import quota
from apps.connections.services.circuit import CircuitOpen, platform_call
from apps.core import queue
from apps.core.http import AuthExpired, OutcomeUnknown, OutsideError, Unavailable
from apps.events.services import record

MARGIN_S = 120.0  # a token that ends sooner is renewed before it is used
AHEAD_S = 1200.0  # and in the background so long before its end
LOCK_S, WAIT_S = 120, 60
FRESH = timedelta(minutes=2)  # a token refused although it was renewed so recently is not renewed again
WARN_WITHIN = timedelta(hours=24)


def call_for(connection: Connection) -> Call:
    """Whom to speak for, with a token that is valid now.

    Raises NeedsReconnecting where a person has to connect it again, Unavailable where the platform does not answer.
    Never within a transaction: the platform may have to be asked.
    """
    row = _usable(connection.pk)
    if row.expires_within(MARGIN_S):
        row = _renewed(row.pk, MARGIN_S)
    return _call(row)


def renew_ahead(connection: Connection) -> None:
    """Renew a token that ends soon, so that nobody has to wait for it. Raises what `call_for` does."""
    if connection.expires_within(AHEAD_S):
        _renewed(connection.pk, AHEAD_S)


def renew_now(connection: Connection) -> None:
    """Renew the token whatever its age: also the check that costs no quota, for a withdrawn grant cannot be renewed.
    Raises what `call_for` does, and Unavailable where the platform does not answer."""
    row = _usable(connection.pk)
    _renewed(row.pk, None, seen=row.refreshed_at, patient=False)


def can_renew(connection: Connection) -> bool:
    """Whether there is something to renew by."""
    return bool(Connection.refresh_token.field.is_kept(connection)) and (
        PLATFORMS[connection.platform].identity is not None
    )


def report_auth_failure(connection: Connection, error: OutsideError) -> bool:
    """The platform refused the token. Once it is renewed; True where that helped. Else the connection is broken, people
    are told, and False is answered."""
    try:
        row = _usable(connection.pk)
    except NeedsReconnecting:
        return False
    was_renewed = row.refreshed_at is not None and timezone.now() - row.refreshed_at < FRESH
    if error.status == 401 and not was_renewed and can_renew(row):
        try:
            _renewed(row.pk, None, seen=row.refreshed_at)
        except NeedsReconnecting:
            return False
        except OutsideError:
            return False  # it stays as it is: the next call finds out
        return True
    mark_broken(row.pk, error.message)
    return False


def mark_broken(connection_id: UUID, reason: str, *, forget: bool = False) -> None:
    """Only a person can mend it: said once, until it is mended. `forget` wipes out the tokens, where they are known to
    be dead."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().select_related("team").get(pk=connection_id)
        if not row.is_usable:
            return
        row.status, row.status_reason = ConnectionStatus.BROKEN, reason[:500]
        row.checked_at = timezone.now()
        fields = ["status", "status_reason", "checked_at", "updated_at"]
        if forget:
            row.access_token = row.refresh_token = ""
            fields += ["access_token", "refresh_token"]
        row.save(update_fields=fields)
        record(
            CONNECTION_BROKEN,
            team=row.team,
            subject=row,
            data=ConnectionBroken(row.platform, row.name, row.status_reason),
        )
        changed(row)


def warn_expiring(now: datetime | None = None) -> int:
    """Tell once of each grant that ends within a day (P-A06); returns of how many."""
    now = now or timezone.now()
    soon = now + WARN_WITHIN
    rows = Connection.objects.filter(status__in=(ConnectionStatus.ACTIVE, ConnectionStatus.FAILING))
    told = 0
    for row in rows.exclude(expires_at=None, refresh_expires_at=None).defer("picture").iterator():
        if row.ends_at is not None and now < row.ends_at <= soon and row.warned_for != row.ends_at:
            told += _warn(row.pk, now)
    return told


def changed(row: Connection) -> None:
    """Tell open pages how a connection stands; in the transaction that changed it."""
    record(
        CONNECTION_CHANGED,
        team=row.team,
        subject=row,
        data=ConnectionChanged(row.platform, row.name, row.status),
    )


@transaction.atomic
def _warn(connection_id: UUID, now: datetime) -> int:
    row = Connection.objects.select_for_update(of=("self",)).select_related("team").get(pk=connection_id)
    ends_at = row.ends_at
    if ends_at is None or not now < ends_at <= now + WARN_WITHIN or row.warned_for == ends_at:
        return 0
    row.warned_for = ends_at
    row.save(update_fields=["warned_for", "updated_at"])
    data = ConnectionExpiring(row.platform, row.name, ends_at.isoformat())
    record(CONNECTION_EXPIRING, team=row.team, subject=row, data=data)
    return 1


def _usable(connection_id: UUID) -> Connection:
    row: Connection = Connection.objects.select_related("team").defer("picture").get(pk=connection_id)
    if row.is_usable and is_available(row.platform):
        return row
    if row.status == ConnectionStatus.DISCONNECTED:
        raise NeedsReconnecting(f"{row.name} is disconnected. Connect it again.")
    reason = row.status_reason or f"{row.platform} is not set up on this installation."
    raise NeedsReconnecting(f"{row.name} has to be connected again. {reason}")


def _call(row: Connection) -> Call:
    app = registration(row.platform)
    facts = {**row.facts, "scopes": row.scopes}
    return Call(app, row.access_token, row.external_id, facts, partial(quota.heard, row))


def _identity(row: Connection) -> Identity:
    identity = PLATFORMS[row.platform].identity
    if identity is None:
        raise NeedsReconnecting(f"{row.name} has no sign-in that could be renewed.")
    return identity


def grant_of(row: Connection) -> Grant:
    """What a person allowed, as the row keeps it."""
    return Grant(
        row.access_token, row.refresh_token, row.expires_at, row.refresh_expires_at, tuple(row.scopes)
    )


def _renewed(
    connection_id: UUID, margin_s: float | None, *, seen: datetime | None = None, patient: bool = True
) -> Connection:
    """The row with a fresh token. One worker asks, the others wait and find what it got.

    With `margin_s` only where the token ends so soon; without, where nobody renewed it since `seen`. The `patient` take
    a token that is still good where the platform does not answer.
    """
    with _alone(connection_id):
        row = _usable(connection_id)
        still = row.expires_within(margin_s) if margin_s is not None else row.refreshed_at == seen
        if not still:
            return row
        try:
            with platform_call(row.platform):
                grant = _identity(row).refresh(registration(row.platform), grant_of(row))
        except AuthExpired as error:
            mark_broken(row.pk, error.message)
            raise NeedsReconnecting(f"{row.name} has to be connected again. {error.message}") from error
        except CircuitOpen:
            raise
        except (Unavailable, OutcomeUnknown) as error:
            if patient and not row.expires_within(5):
                return row  # it is good for this call; the next one tries again
            raise Unavailable(error.message, retry_after_s=error.retry_after_s, code=error.code) from error
        return _keep(row.pk, grant)


@transaction.atomic
def _keep(connection_id: UUID, grant: Grant) -> Connection:
    row: Connection = (
        Connection.objects.select_for_update(of=("self",)).select_related("team").get(pk=connection_id)
    )
    if row.status == ConnectionStatus.DISCONNECTED:
        raise NeedsReconnecting(f"{row.name} is disconnected. Connect it again.")
    row.access_token, row.refresh_token = grant.access_token, grant.refresh_token
    row.expires_at, row.refresh_expires_at = grant.expires_at, grant.refresh_expires_at
    row.scopes = list(grant.scopes)
    row.refreshed_at = timezone.now()
    row.save(
        update_fields=[
            "access_token",
            "refresh_token",
            "expires_at",
            "refresh_expires_at",
            "scopes",
            "refreshed_at",
            "updated_at",
        ]
    )
    return row


@contextmanager
def _alone(connection_id: UUID) -> Iterator[None]:
    """One worker at a time over all processes, without a transaction. Raises Unavailable where Valkey is gone."""
    lock = queue.connection().lock(
        f"connection:{connection_id}:renew", timeout=LOCK_S, blocking_timeout=WAIT_S
    )
    try:
        if not lock.acquire():
            raise Unavailable(
                "Another worker is renewing this sign-in. It is tried again.", retry_after_s=5.0
            )
    except (RedisError, OSError) as error:
        raise Unavailable("The sign-in cannot be renewed at the moment. It is tried again.") from error
    try:
        yield
    finally:
        with suppress(LockError, RedisError, OSError):  # it ended by itself
            lock.release()
