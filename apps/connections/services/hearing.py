"""Having a platform tell us what happens on an account (API-07): asked for when it is connected, called off before its
grant is given back. Where it can't be had, the checks find out later what hooks would have told at once."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from apps.connections.adapters import Hooks
from apps.connections.errors import ConnectionsError
from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS
from apps.connections.services import tokens
from apps.connections.services.circuit import platform_call
from apps.core.errors import UserError
from apps.core.http import AuthExpired, OutsideError, Rejected
from apps.jobs.services import enqueue


def ask_for(connection: Connection) -> None:
    """Start the job that subscribes; in the transaction that keeps the connection."""
    from apps.connections.jobs import subscribe as kind

    if _hooks(connection) is not None:
        enqueue(
            kind,
            team=connection.team,
            args={"connection_id": str(connection.pk)},
            subject=connection,
            title=f"Ask to be told what happens on {connection}"[:200],
        )


def subscribe(connection_id: UUID) -> dict[str, Any]:
    """Ask the platform. A refusal is kept with the job and harms nothing; every other OutsideError is raised."""
    connection = Connection.objects.select_related("team").defer("picture").get(pk=connection_id)
    hooks = _hooks(connection)
    if hooks is None or not connection.is_usable:
        return {"subscribed": False}
    try:
        call = tokens.call_for(connection)
        with platform_call(connection.platform):
            hooks.subscribe(call)
    except (AuthExpired, Rejected, ConnectionsError) as error:
        return {"subscribed": False, "why": error.message}
    return {"subscribed": True}


def call_off(connection: Connection) -> None:
    """Ask the platform to be silent from now on. Never raises: what it still tells is about nobody here."""
    hooks = _hooks(connection)
    if hooks is None or not connection.is_usable:
        return
    with suppress(OutsideError, UserError), platform_call(connection.platform):
        hooks.unsubscribe(tokens.call_for(connection))


def _hooks(connection: Connection) -> Hooks | None:
    """What subscribes, where the account was connected with the rights for it."""
    platform = PLATFORMS.get(connection.platform)
    hooks = platform.hooks if platform else None
    return hooks if hooks is not None and connection.has_rights(hooks.needs) else None
