"""Health checks (CON-05): every connection is asked for its account now and then; what it says is what pages show."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.connections.adapters import Account
from apps.connections.errors import NeedsReconnecting
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.registrations import registration
from apps.connections.registry import PLATFORMS
from apps.connections.services import pictures, quota, tokens
from apps.connections.services.circuit import platform_call
from apps.core.errors import UserError
from apps.core.http import AuthExpired, OutsideError, QuotaExceeded, RateLimited

EVERY = timedelta(minutes=10)  # so that with some waiting none is older than 15
READ_EVERY = timedelta(hours=6)  # figures and names, where reading them takes calls that all teams share
AT_ONCE = 100  # by one job
WATCHED = (ConnectionStatus.ACTIVE, ConnectionStatus.FAILING)


def due(now: datetime | None = None, platform: str = "") -> list[Connection]:
    """Connections whose check is over, the oldest first."""
    before = (now or timezone.now()) - EVERY
    rows = Connection.objects.filter(status__in=WATCHED).defer("picture")
    if platform:
        rows = rows.filter(platform=platform)
    never, old = rows.filter(checked_at=None), rows.filter(checked_at__lte=before)
    return list((never | old).order_by("checked_at")[:AT_ONCE])


def check_due(platform: str, cancelled: Callable[[], bool] = lambda: False) -> int:
    """Check what is due on one platform; one connection's failure is its own. Returns how many were checked."""
    done = 0
    for connection in due(platform=platform):
        if cancelled():
            break
        check(connection)
        done += 1
    return done


def check_now(*, connection: Connection, actor: User) -> Connection:
    """Check because a person asked."""
    check(connection)
    connection.refresh_from_db()
    audit(
        "connection.check",
        team=connection.team,
        actor=actor,
        target=connection,
        after={"status": connection.status},
    )
    return connection


def check(connection: Connection) -> None:
    """Ask the platform for the account and write down what it says. Never raises for what the outside does."""
    try:
        account = _ask(connection)
    except (NeedsReconnecting, AuthExpired) as error:
        _refused(connection, error)
    except (RateLimited, QuotaExceeded) as error:
        if isinstance(error, QuotaExceeded):
            quota.exhausted(connection, "identity.account", error)
        _note(connection.pk, None, "")  # it answers; that it has no time is no fault of the connection
    except (OutsideError, UserError) as error:
        _note(connection.pk, None, error.message)
    else:
        _note(connection.pk, account, "")
        _keep_picture(connection.pk)


def _ask(connection: Connection) -> Account | None:
    platform = PLATFORMS[connection.platform]
    if platform.identity is None:
        if platform.answers is not None:
            platform.answers(registration(connection.platform), connection.facts)
        return None
    if _is_dear(connection) and tokens.can_renew(connection):
        tokens.renew_now(connection)
        return None
    if quota.affordable(connection, "identity.account"):
        raise RateLimited("Nothing is left for a check until the reset.")
    tokens.renew_ahead(connection)
    call = tokens.call_for(connection)
    quota.spend(connection, "identity.account")
    with platform_call(connection.platform):
        return platform.identity.account(call)


def _is_dear(connection: Connection) -> bool:
    """Whether reading the account takes calls that all teams share, and was done not long ago, or does not fit: then a
    renewal is the check, which costs none. A withdrawn grant fails at it just the same."""
    costs = PLATFORMS[connection.platform].costs
    if not any(costs.bucket(cost.bucket).of == "app" for cost in costs.of("identity.account")):
        return False
    read_at = parse_datetime(str(connection.facts.get("read_at") or ""))
    is_young = read_at is not None and timezone.now() - read_at < READ_EVERY
    return is_young or quota.affordable(connection, "identity.account") is not None


def _refused(connection: Connection, error: NeedsReconnecting | AuthExpired) -> None:
    if isinstance(error, NeedsReconnecting):
        return  # said already
    if tokens.report_auth_failure(connection, error):
        _note(connection.pk, None, "")


def _note(connection_id: UUID, account: Account | None, trouble: str) -> None:
    """Write down what came of a check; open pages hear of it where it differs."""
    with transaction.atomic():
        row = Connection.objects.select_for_update(of=("self",)).select_related("team").get(pk=connection_id)
        if not row.is_usable:
            return
        before = row.status
        row.status = ConnectionStatus.FAILING if trouble else ConnectionStatus.ACTIVE
        row.status_reason, row.checked_at = trouble[:500], timezone.now()
        if account is not None:
            take_over(row, account)
        row.save(update_fields=_CHECKED)
        if row.status != before:
            tokens.changed(row)


_CHECKED = [
    "status", "status_reason", "checked_at", "name", "handle", "picture_url", "link", "figures", "facts", "updated_at",
]  # fmt: skip


def take_over(row: Connection, account: Account) -> None:
    """What the account says of itself now."""
    row.name, row.handle = account.name[:200], account.handle[:200]
    row.picture_url, row.link = account.picture_url[:1000], account.link[:500]
    row.figures = dict(account.figures)
    row.facts = {**row.facts, **account.facts, "read_at": timezone.now().isoformat()}


def _keep_picture(connection_id: UUID) -> None:
    """Fetch the picture where it is another one than what is kept."""
    row = Connection.objects.defer("picture").get(pk=connection_id)
    mark = pictures.mark_of(row.picture_url)
    if mark == row.picture_mark:
        return
    content = pictures.fetch(row) if mark else b""
    if content is None:
        return
    Connection.objects.filter(pk=row.pk).update(picture=content, picture_mark=mark)
