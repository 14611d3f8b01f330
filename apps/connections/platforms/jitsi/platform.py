"""Jitsi's entry in the registry. Recordings are not among what it can do: JaaS tells of them by webhooks alone, and
other servers keep theirs where their owner wants."""

from collections.abc import Mapping
from typing import Any

from apps.connections.adapters import AppCredentials
from apps.connections.capabilities import Capability
from apps.connections.platforms.jitsi import jaas, server
from apps.connections.registry import Entry, Platform

JAAS, SERVER = "jaas", "server"  # `kind` among a connection's facts


def answers(app: AppCredentials, facts: Mapping[str, Any]) -> None:
    """Whether the server of a connection answers: see `server.check`."""
    is_jaas = facts.get("kind") == JAAS
    server.check(app, jaas.address_of(app, str(facts["app_id"])) if is_jaas else str(facts["address"]))


JITSI = Platform(
    slug="jitsi",
    name="Jitsi",
    icon="jitsi",
    colour="jitsi",
    summary="Meetings on a server of your own, a public one, or 8x8's (JaaS). Nothing is posted there.",
    capabilities=frozenset({Capability.MEETING}),
    how="address",
    entries=(
        Entry("Enter a server", "connections:add_jitsi_server"),
        Entry("Enter a JaaS account", "connections:add_jaas"),
    ),
    change_page="connections:change_jitsi",
    answers=answers,
    secret_word="Key",  # noqa: S106 - what it is called
    account_word="server",
)
