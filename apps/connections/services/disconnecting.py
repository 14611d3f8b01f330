"""Giving a grant back (CON-03): at the platform first, then here. The row stays for its history, without a token."""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.registrations import is_available, registration
from apps.connections.registry import PLATFORMS
from apps.connections.services import hearing, tokens
from apps.connections.services.circuit import platform_call
from apps.core.errors import UserError
from apps.core.http import OutsideError


def disconnect(*, connection: Connection, actor: User) -> str:
    """Forget the tokens, and have the platform forget them too. Returns a sentence on what became of that.

    Where other connections live by the same grant it is not given back: that would break them.
    """
    hearing.call_off(connection)
    said, was_revoked = _give_back(connection)
    with transaction.atomic():
        row = Connection.objects.select_for_update(of=("self",)).select_related("team").get(pk=connection.pk)
        before = {"status": row.status}
        row.status, row.status_reason = ConnectionStatus.DISCONNECTED, ""
        row.access_token = row.refresh_token = ""
        row.expires_at = row.refresh_expires_at = row.warned_for = None
        row.disconnected_at = timezone.now()
        row.save()
        audit(
            "connection.disconnect",
            team=row.team,
            actor=actor,
            target=row,
            before=before,
            after={"status": row.status, "revoked": was_revoked},
        )
        tokens.changed(row)
    return said


def shares_grant(connection: Connection) -> bool:
    """Whether another connection lives by the same grant: another page of the same person at Meta, or the same account
    in another team. Giving it back would end both."""
    others = Connection.objects.exclude(pk=connection.pk).exclude(status=ConnectionStatus.DISCONNECTED)
    grantor = connection.facts.get("grantor")
    if grantor:
        return others.filter(facts__grantor=grantor).exists()
    return others.filter(platform=connection.platform, external_id=connection.external_id).exists()


def _give_back(connection: Connection) -> tuple[str, bool]:
    platform = PLATFORMS.get(connection.platform)
    if platform is None or platform.identity is None or not connection.token_is_kept:
        return "", False
    if not is_available(connection.platform):
        return (
            f"{platform.name} is not set up here any more: take the permission back in your account there.",
            False,
        )
    if platform.taken_back_at:
        return platform.taken_back_at, False
    if shares_grant(connection):
        return f"The permission at {platform.name} stays, because another connection lives by it.", False
    try:
        with platform_call(connection.platform):
            platform.identity.revoke(registration(connection.platform), tokens.grant_of(connection))
    except (OutsideError, UserError):
        return (
            f"{platform.name} did not answer: take the permission back in your account there as well.",
            False,
        )
    return f"{platform.name} was told, too.", True
