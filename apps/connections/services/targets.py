"""Custom RTMP targets: an address and a key that a person pastes (CON-01). The key is kept like a token."""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.platforms.rtmp import target as rtmp
from apps.connections.platforms.rtmp.errors import WrongAddress
from apps.connections.services import tokens
from apps.core.http import AddressRefused, Unavailable
from apps.teams.models import Team

RTMP = "rtmp"


def save_target(
    *,
    team: Team,
    actor: User,
    name: str,
    address: str,
    key: str,
    connection: Connection | None = None,
) -> Connection:
    """Add a target or change one; an empty key leaves the one that is there, unless the address is another.

    Raises WrongAddress, with the field. That nobody answers there is no reason against it: many servers listen only
    while somebody is to stream; the check tells.
    """
    where = rtmp.read_address(address)
    if not key and connection is not None:
        if where.address != connection.facts.get("address"):
            raise WrongAddress("Enter the key again, since the address has changed.", field="key")
        key = connection.access_token
    key = rtmp.read_key(key)
    trouble = _trouble(where)
    mark = rtmp.fingerprint(where.address, key)
    with transaction.atomic():
        twin = (
            Connection.objects.select_for_update().filter(team=team, platform=RTMP, external_id=mark).first()
        )
        if twin is not None and twin != connection and twin.status != ConnectionStatus.DISCONNECTED:
            raise WrongAddress(f"This address and key are there already: {twin.name}.", field="address")
        row = connection or twin or Connection(team=team, platform=RTMP)
        is_new = row._state.adding
        row.external_id, row.name, row.access_token = mark, name or where.host, key
        row.facts = {"address": where.address}
        row.status = ConnectionStatus.FAILING if trouble else ConnectionStatus.ACTIVE
        row.status_reason, row.checked_at = trouble[:500], timezone.now()
        row.disconnected_at, row.connected_by = None, actor
        row.save()
        action = "connection.connect" if is_new else "connection.change"
        audit(action, team=team, actor=actor, target=row, after={"name": row.name, "address": where.address})
        tokens.changed(row)
    return row


def _trouble(where: rtmp.Target) -> str:
    """Why the target does not answer now; nothing where it does. Raises WrongAddress for a private address."""
    try:
        rtmp.check(where)
    except AddressRefused as error:
        raise WrongAddress(f"{error.message} The operator can allow it.", field="address") from error
    except Unavailable as error:
        return error.message
    return ""
