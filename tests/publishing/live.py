"""Accounts of the stand-ins, connected as a person would have connected them."""

from apps.connections.adapters import Grant
from apps.connections.models import Connection
from apps.connections.registrations import registration
from apps.connections.registry import PLATFORMS
from apps.teams.models import Team
from tests.connections.factories import ConnectionFactory
from tests.sandbox.live import Sandbox

STAND_INS = {"youtube": "google", "tiktok": "tiktok", "instagram": "meta", "facebook": "meta"}


def connected(sandbox: Sandbox, team: Team, slug: str) -> Connection:
    """A new account there and its connection here, with tokens that work."""
    stand_in = STAND_INS[slug]
    issued = sandbox.tokens(sandbox.account(stand_in), client_id=f"sandbox-{slug}")
    identity = PLATFORMS[slug].identity
    assert identity is not None
    found = identity.accounts(registration(slug), Grant(issued.access_token, issued.refresh_token))[0]
    connection: Connection = ConnectionFactory(
        team=team,
        platform=slug,
        external_id=found.external_id,
        name=found.name,
        handle=found.handle,
        access_token=found.token or issued.access_token,
        refresh_token="" if found.token else issued.refresh_token,
        facts=dict(found.facts),
    )
    return connection
