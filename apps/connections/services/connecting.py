"""From "Connect" to a kept account: the way to the platform and back (OAuth 2 with state and PKCE), the choice among
several accounts, and mending a broken one in the same row (CON-01, CON-02)."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.connections.adapters import Account, Grant, Identity
from apps.connections.capabilities import Capability
from apps.connections.errors import ConnectionsError, NotConnected, SignInRefused
from apps.connections.flags import CONNECT
from apps.connections.models import Connection, ConnectionStatus, SignIn
from apps.connections.registrations import is_available, is_sandboxed, registration
from apps.connections.registry import PLATFORMS, Platform
from apps.connections.services import hearing, tokens
from apps.connections.services.checking import take_over
from apps.connections.services.circuit import platform_call
from apps.teams.models import Team

LIFE = timedelta(minutes=15)
REFUSED = ("access_denied", "user_cancelled", "user_denied")
_FOREIGN = "This sign-in is not yours, or it is over. Begin again from the page of channels."


@dataclass(frozen=True)
class Found:
    """What a sign-in brought: the grant, the accounts that it reaches, and the rights that were not given."""

    grant: Grant = field(repr=False)
    accounts: tuple[Account, ...]
    missing: tuple[str, ...] = ()


def begin(
    *,
    team: Team,
    actor: User,
    platform: str,
    session_key: str,
    redirect_uri: str,
    mends: Connection | None = None,
) -> str:
    """The address at the platform that the person is sent to. Raises ConnectionsError where it is not set up."""
    if not CONNECT.is_on(team):
        raise ConnectionsError("The operators have paused connecting. Try again later.")
    about = PLATFORMS.get(platform)
    if about is None or about.identity is None or not is_available(platform):
        raise ConnectionsError("This platform is not set up on this installation. Ask its operator.")
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    SignIn.objects.create(
        team=team,
        platform=platform,
        state_hash=_hash(state),
        session_hash=_hash(session_key),
        person=actor,
        mends=mends,
        verifier=verifier,
        expires_at=timezone.now() + LIFE,
    )
    app = registration(platform)
    url = about.identity.authorize_url(app, redirect_uri=redirect_uri, state=state, verifier=verifier)
    return _beside(url, redirect_uri) if is_sandboxed(platform) else url


def come_back(*, platform: str, state: str, actor: User, session_key: str) -> SignIn:
    """The sign-in that a state belongs to, used up by it. Raises SignInRefused for a foreign, old or used one."""
    with transaction.atomic():
        row = (
            SignIn.objects.select_for_update(of=("self",))
            .select_related("team", "mends")
            .filter(state_hash=_hash(state), platform=platform)
            .first()
        )
        now = timezone.now()
        if row is None or row.person_id != actor.pk or row.session_hash != _hash(session_key):
            raise SignInRefused(_FOREIGN)
        if row.used_at is not None or row.expires_at <= now:
            raise SignInRefused("This sign-in was used already, or took too long. Begin again.")
        row.used_at = now
        row.save(update_fields=["used_at", "updated_at"])
    return row


def refusal(error: str, description: str, platform: Platform) -> str:
    """What to tell a person whom the platform sent back without a code."""
    known = platform.identity.why_refused(error, description) if platform.identity else ""
    if known:
        return f"{known} Nothing was connected."
    if error in REFUSED:
        what = f"{platform.name} {platform.account_word}"
        return f"You did not allow Showrunner to use your {what}. Nothing was connected."
    said = f" It said: {description[:200]}" if description else ""
    return f"{platform.name} did not let us in ({error[:60]}).{said}"


def fetch(*, sign_in: SignIn, code: str, redirect_uri: str) -> Found:
    """Exchange the code and look which accounts it reaches; kept until the person has chosen.

    Raises NotConnected where there is no account, and every OutsideError.
    """
    identity, about = _identity(sign_in), PLATFORMS[sign_in.platform]
    app = registration(sign_in.platform)
    with platform_call(sign_in.platform):
        grant = identity.exchange(app, code=code, redirect_uri=redirect_uri, verifier=sign_in.verifier)
        accounts = identity.accounts(app, grant)
    if not accounts:
        raise NotConnected(
            f"This {about.name} sign-in has no {about.account_word} that can be used. "
            f"Sign in with the one that has, or make one at {about.name} first."
        )
    found = Found(grant, accounts, missing_scopes(about, grant.scopes))
    sign_in.verifier, sign_in.found = "", to_text(found)
    sign_in.save(update_fields=["verifier", "found", "updated_at"])
    return found


def missing_scopes(platform: Platform, granted: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """What we asked for and were not given; empty where the platform does not say what it gave."""
    return tuple(scope for scope in platform.scopes if scope not in granted) if granted else ()


def found_by(sign_in: SignIn) -> Found:
    """What a sign-in brought. Raises SignInRefused where it is over."""
    if not sign_in.found or sign_in.expires_at <= timezone.now():
        raise SignInRefused("This sign-in took too long. Begin again.")
    return _from_text(sign_in.found)


def keep(*, sign_in: SignIn, external_id: str, actor: User) -> Connection:
    """Keep one of the accounts: a new row, or the one that is there already. Raises ConnectionsError.

    The sign-in stays until its time is over, for further accounts of it.
    """
    found = found_by(sign_in)
    account = next((one for one in found.accounts if one.external_id == external_id), None)
    if account is None:
        raise ConnectionsError("Choose one of the accounts.", field="account")
    if sign_in.mends is not None and sign_in.mends.external_id != external_id:
        raise ConnectionsError(
            f"You signed in as {account.name}; this connection is {sign_in.mends.name}. "
            "Sign in with that one, or connect the other one as new.",
            field="account",
        )
    with transaction.atomic():
        row = _row(sign_in, external_id)
        is_new = row._state.adding
        before = {} if is_new else {"status": row.status}
        _fill(row, account, found.grant, actor)
        row.save()
        action = "connection.connect" if is_new else "connection.reconnect"
        after = {"platform": row.platform, "name": row.name, "scopes": row.scopes}
        audit(action, team=row.team, actor=actor, target=row, before=before, after=after)
        tokens.changed(row)
        hearing.ask_for(row)
    return row


def keep_all(*, sign_in: SignIn, chosen: list[str], actor: User) -> list[Connection]:
    """Keep several of the accounts, or none where one of them cannot be."""
    with transaction.atomic():
        return [keep(sign_in=sign_in, external_id=external_id, actor=actor) for external_id in chosen]


def forget_old(now: datetime | None = None) -> int:
    """Sign-ins that are over hold tokens that nobody wants any more; returns how many went."""
    gone = SignIn.objects.filter(expires_at__lte=now or timezone.now())
    return gone.delete()[1].get(SignIn._meta.label, 0)


def _beside(url: str, redirect_uri: str) -> str:
    """The stand-in's page at the very origin that the person came from: it is the same web process, and browsers let
    forms lead nowhere else."""
    here, there = urlsplit(redirect_uri), urlsplit(url)
    return urlunsplit((here.scheme, here.netloc, there.path, there.query, ""))


def _identity(sign_in: SignIn) -> Identity:
    identity = PLATFORMS[sign_in.platform].identity
    if identity is None:
        raise SignInRefused(_FOREIGN)
    return identity


def _row(sign_in: SignIn, external_id: str) -> Connection:
    row: Connection | None = (
        Connection.objects.select_for_update(of=("self",))
        .filter(team=sign_in.team, platform=sign_in.platform, external_id=external_id)
        .first()
    )
    return row or Connection(team=sign_in.team, platform=sign_in.platform, external_id=external_id)


def _fill(row: Connection, account: Account, grant: Grant, actor: User) -> None:
    now = timezone.now()
    take_over(row, account)
    row.status, row.status_reason, row.disconnected_at = ConnectionStatus.ACTIVE, "", None
    row.access_token, row.refresh_token = account.token or grant.access_token, grant.refresh_token
    # A token of the account's own (a page's) has no end that the person's has.
    row.expires_at = None if account.token else grant.expires_at
    row.refresh_expires_at, row.scopes = grant.refresh_expires_at, list(grant.scopes)
    row.checked_at = row.refreshed_at = now
    row.warned_for, row.connected_by = None, actor


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def to_text(found: Found) -> str:
    """What a sign-in brought, as its row keeps it: encrypted there."""
    return json.dumps(asdict(found), default=lambda moment: moment.isoformat())


def _from_text(text: str) -> Found:
    data = json.loads(text)
    grant = data["grant"]
    for name in ("expires_at", "refresh_expires_at"):
        grant[name] = parse_datetime(grant[name]) if grant[name] else None
    grant["scopes"] = tuple(grant["scopes"])
    accounts = tuple(Account(**account) for account in data["accounts"])
    return Found(Grant(**grant), accounts, tuple(data["missing"]))


def refuses(platform: Platform, missing: tuple[str, ...]) -> tuple[Capability, ...]:
    """What will not work without the rights that were not given."""
    needed = platform.needed.items()
    lacking = {one for one, scopes in needed if one in platform.capabilities and set(scopes) & set(missing)}
    return tuple(one for one in Capability if one in lacking)
