"""OAuth as all platforms have it: what a person allows, one-time codes, tokens by their digests."""

import base64
import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.sandbox.models import Account, Code, Grant, Token, TokenKind

CODE_LIFE = timedelta(minutes=10)
CLIENT_PREFIX, CLIENT_SECRET = "sandbox-", "sandbox-secret"


class CodeRefused(Exception):
    """The code is unknown, old, used, or was not made for this client, address or verifier."""


def knows_client(client_id: str, client_secret: str | None = None) -> bool:
    """Whether an application is registered, with this secret where one is given."""
    known = client_id.startswith(CLIENT_PREFIX)
    return known and (client_secret is None or secrets.compare_digest(client_secret, CLIENT_SECRET))


def allow(
    account: Account,
    *,
    client_id: str,
    scopes: list[str],
    redirect_uri: str,
    challenge: str = "",
    challenge_method: str = "",
    offline: bool = True,
) -> str:
    """A person said yes. Returns the code that the application is sent."""
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        grant = Grant.objects.create(account=account, client_id=client_id, scopes=scopes, offline=offline)
        Code.objects.create(
            grant=grant,
            digest=digest(secret),
            redirect_uri=redirect_uri,
            challenge=challenge,
            challenge_method=challenge_method,
            expires_at=timezone.now() + CODE_LIFE,
        )
    return secret


def redeem(
    platform: str, secret: str, *, client_id: str, redirect_uri: str, verifier: str, hexadecimal: bool = False
) -> Grant:
    """The grant of a code, once. Raises CodeRefused. TikTok wants the challenge in hexadecimal."""
    with transaction.atomic():
        code = (
            Code.objects.select_for_update(of=("self",))
            .select_related("grant__account")
            .filter(digest=digest(secret), grant__account__platform=platform)
            .first()
        )
        if code is None or code.used_at is not None or code.expires_at <= timezone.now():
            raise CodeRefused("unknown, used or expired")
        if code.grant.client_id != client_id or code.redirect_uri != redirect_uri:
            raise CodeRefused("made for another client or address")
        if code.challenge and not _verified(code, verifier, hexadecimal):
            raise CodeRefused("the verifier is not the challenge's")
        code.used_at = timezone.now()
        code.save(update_fields=["used_at"])
    return code.grant


def _verified(code: Code, verifier: str, hexadecimal: bool) -> bool:
    if code.challenge_method != "S256":
        return code.challenge_method in ("", "plain") and secrets.compare_digest(code.challenge, verifier)
    hashed = hashlib.sha256(verifier.encode()).digest()
    spelled = hashed.hex() if hexadecimal else base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
    return secrets.compare_digest(code.challenge, spelled)


def issue(
    grant: Grant, kind: TokenKind, *, prefix: str, life_s: int | None, account: Account | None = None
) -> str:
    """A new token of a grant; `life_s` None: no end. `account` where it speaks for another than the grant's."""
    secret = prefix + secrets.token_urlsafe(32)
    Token.objects.create(
        grant=grant,
        account=account or grant.account,
        kind=kind,
        digest=digest(secret),
        expires_at=None if life_s is None else timezone.now() + timedelta(seconds=life_s),
    )
    return secret


def find(platform: str, secret: str, kind: TokenKind = TokenKind.ACCESS) -> Token | None:
    """The token, good or not."""
    return (
        Token.objects.select_related("grant__account", "account__parent")
        .filter(digest=digest(secret), kind=kind, account__platform=platform)
        .first()
    )


def expire(token: Token) -> None:
    """Its time is over."""
    token.expires_at = timezone.now()
    token.save(update_fields=["expires_at"])


def use_up(token: Token) -> None:
    """A token that is good once."""
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])


def use_up_all(grant: Grant) -> None:
    """All tokens of a grant end; the grant itself goes on."""
    grant.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())


def revoke(grant: Grant) -> None:
    """The person takes it back: no token of it is good any more."""
    grant.revoked_at = grant.revoked_at or timezone.now()
    grant.save(update_fields=["revoked_at"])


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
