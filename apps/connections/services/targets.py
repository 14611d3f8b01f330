"""Custom RTMP targets: an address and a key that a person pastes (CON-01). The key is kept like a token."""

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.connections.platforms.rtmp import target as rtmp
from apps.connections.platforms.rtmp.errors import WrongAddress
from apps.connections.services.entering import Entered, keep
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
    entered = Entered(
        platform=RTMP,
        external_id=rtmp.fingerprint(where.address, key),
        name=name or where.host,
        facts={"address": where.address},
        secret=key,
        trouble=trouble,
        twice="This address and key are there already:",
    )
    return keep(team=team, actor=actor, entered=entered, connection=connection)


def _trouble(where: rtmp.Target) -> str:
    """Why the target does not answer now; nothing where it does. Raises WrongAddress for a private address."""
    try:
        rtmp.check(where)
    except AddressRefused as error:
        raise WrongAddress(f"{error.message} The operator can allow it.", field="address") from error
    except Unavailable as error:
        return error.message
    return ""
