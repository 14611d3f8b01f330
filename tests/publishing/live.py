"""Accounts of the stand-ins, connected as a person would have connected them."""

from apps.connections.adapters import Grant
from apps.connections.models import Connection
from apps.connections.registrations import registration
from apps.connections.registry import PLATFORMS
from apps.sandbox.meta.people import INSTAGRAM, PAGE
from apps.sandbox.models import TokenKind
from apps.sandbox.services import grants
from apps.teams.models import Team
from tests.connections.factories import ConnectionFactory
from tests.sandbox.live import Sandbox

STAND_INS = {"youtube": "google", "tiktok": "tiktok", "instagram": "meta", "facebook": "meta"}


def connected(sandbox: Sandbox, team: Team, slug: str) -> Connection:
    """A new account there and its connection here, with tokens that work."""
    account = sandbox.account(STAND_INS[slug])
    issued = sandbox.tokens(account, client_id=f"sandbox-{slug}")
    token, facts = issued.access_token, {}
    if STAND_INS[slug] == "meta":
        page = account.children.get(kind=PAGE)
        token = grants.issue(issued.grant, TokenKind.ACCESS, prefix="EAAP", life_s=None, account=page)
        account = page if slug == "facebook" else page.children.get(kind=INSTAGRAM)
    elif (identity := PLATFORMS[slug].identity) is not None:
        facts = dict(identity.accounts(registration(slug), Grant(token))[0].facts)
    connection: Connection = ConnectionFactory(
        team=team,
        platform=slug,
        external_id=account.external_id,
        name=account.name,
        access_token=token,
        refresh_token=issued.refresh_token,
        facts=facts,
        scopes=issued.grant.scopes,
    )
    return connection
