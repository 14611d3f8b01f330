"""Jitsi servers and JaaS accounts, which a person enters (CON-01). Their keys are kept like tokens."""

from urllib.parse import urlsplit

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.connections.platforms.jitsi import jaas, server
from apps.connections.platforms.jitsi.errors import WrongServer
from apps.connections.platforms.jitsi.platform import JAAS, SERVER
from apps.connections.registrations import registration
from apps.connections.services.entering import Entered, keep
from apps.core.http import AddressRefused, OutsideError
from apps.teams.models import Team

JITSI = "jitsi"


def save_server(
    *,
    team: Team,
    actor: User,
    name: str,
    address: str,
    app_id: str,
    secret: str,
    connection: Connection | None = None,
) -> Connection:
    """Add a server or change one; an empty secret leaves the one that is there, unless address or app id are others.

    Raises WrongServer, with the field, also where it does not answer as a Jitsi server.
    """
    app = registration(JITSI)
    address, app_id = server.read_address(app, address), app_id.strip()
    if not secret and app_id and connection is not None:
        if not _is_same(connection, address=address, app_id=app_id):
            raise WrongServer("Enter the secret again, since what it is for has changed.", field="secret")
        secret = connection.access_token
    app_id, secret = server.read_keys(app_id, secret)
    _ask(address, "address")
    entered = Entered(
        platform=JITSI,
        external_id=server.fingerprint(address, app_id),
        name=name or urlsplit(address).netloc,
        facts={"kind": SERVER, "address": address, "app_id": app_id},
        secret=secret,
        link=address,
        twice="This server is there already:",
    )
    return keep(team=team, actor=actor, entered=entered, connection=connection)


def save_jaas(
    *,
    team: Team,
    actor: User,
    name: str,
    app_id: str,
    key_id: str,
    key: str,
    connection: Connection | None = None,
) -> Connection:
    """Add a JaaS account or change one; an empty key leaves the one that is there, unless it goes by another id.

    Raises WrongServer, with the field, also where 8x8 does not know the AppID.
    """
    app_id = jaas.read_app_id(app_id)
    key_id = jaas.read_key_id(key_id, app_id)
    if not key and connection is not None:
        if not _is_same(connection, app_id=app_id, key_id=key_id):
            raise WrongServer("Paste the key again, since its id has changed.", field="key")
        key = connection.access_token
    pem = jaas.read_key(key)
    _ask(jaas.address_of(registration(JITSI), app_id), "app_id")
    entered = Entered(
        platform=JITSI,
        external_id=app_id,
        name=name or "JaaS",
        facts={"kind": JAAS, "app_id": app_id, "key_id": key_id},
        secret=pem,
        twice="This AppID is there already:",
        field="app_id",
    )
    return keep(team=team, actor=actor, entered=entered, connection=connection)


def _is_same(connection: Connection, **facts: str) -> bool:
    return all(connection.facts.get(name) == value for name, value in facts.items())


def _ask(address: str, field: str) -> None:
    """Whether a Jitsi server answers there; these are on all the time. Raises WrongServer."""
    try:
        server.check(registration(JITSI), address)
    except AddressRefused as error:
        raise WrongServer(f"{error.message} The operator can allow it.", field=field) from error
    except (OutsideError, WrongServer) as error:
        raise WrongServer(error.message, field=field) from error
