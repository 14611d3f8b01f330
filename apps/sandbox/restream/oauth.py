"""Restream's OAuth: the client in the head or the form; a refresh ends the old pair."""

import base64
import binascii
import time

from django.http import HttpResponseBase

from apps.sandbox import consent
from apps.sandbox.models import Grant, TokenKind
from apps.sandbox.restream.habits import PLATFORM, refusal
from apps.sandbox.services import grants
from apps.sandbox.standin import Answer, Call

ACCESS_S, REFRESH_S = 3600, 31_536_000


def authorize(call: Call) -> HttpResponseBase:
    query = call.query
    return consent.ask(
        call,
        client_id=query.get("client_id", ""),
        scopes=query.get("scope", "").split() or ["profile.read"],
        challenge=query.get("code_challenge", ""),
        challenge_method=query.get("code_challenge_method", ""),
    )


def token(call: Call) -> Answer:
    client_id, client_secret = _client(call)
    if not grants.knows_client(client_id, client_secret):
        raise refusal(401, "invalid_client", "Invalid client: client is invalid")
    kind = call.params.get("grant_type")
    if kind == "authorization_code":
        return _exchange(call, client_id)
    if kind == "refresh_token":
        return _refresh(call, client_id)
    raise refusal(400, "unsupported_grant_type", "Unsupported grant type: `grant_type` is invalid")


def _client(call: Call) -> tuple[str, str]:
    """From HTTP Basic, else from the form."""
    scheme, _, given = call.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, client_secret = base64.b64decode(given).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return client_id, client_secret
    return call.params.get("client_id", ""), call.params.get("client_secret", "")


def _exchange(call: Call, client_id: str) -> Answer:
    params = call.params
    try:
        grant = grants.redeem(
            PLATFORM,
            params.get("code", ""),
            client_id=client_id,
            redirect_uri=params.get("redirect_uri", ""),
            verifier=params.get("code_verifier", ""),
        )
    except grants.CodeRefused as error:
        raise refusal(400, "invalid_grant", "Invalid grant: authorization code is invalid") from error
    return Answer(_body(grant))


def _refresh(call: Call, client_id: str) -> Answer:
    found = grants.find(PLATFORM, call.params.get("refresh_token", ""), TokenKind.REFRESH)
    if found is None or not found.is_valid or found.grant.client_id != client_id:
        raise refusal(400, "invalid_grant", "Invalid grant: refresh token is invalid")
    grants.use_up_all(found.grant)
    return Answer(_body(found.grant))


def _body(grant: Grant) -> dict[str, object]:
    now = int(time.time())
    return {
        "access_token": grants.issue(grant, TokenKind.ACCESS, prefix="", life_s=ACCESS_S),
        "token_type": "Bearer",
        "expires_in": ACCESS_S,
        "accessTokenExpiresIn": ACCESS_S,
        "accessTokenExpiresEpoch": now + ACCESS_S,
        "refresh_token": grants.issue(grant, TokenKind.REFRESH, prefix="", life_s=REFRESH_S),
        "refreshTokenExpiresIn": REFRESH_S,
        "refreshTokenExpiresEpoch": now + REFRESH_S,
        "scope": " ".join(grant.scopes),
    }


def revoke(call: Call) -> Answer:
    found = grants.find(PLATFORM, call.params.get("token", "")) or grants.find(
        PLATFORM, call.params.get("token", ""), TokenKind.REFRESH
    )
    if found is not None:
        grants.revoke(found.grant)
    return Answer({})
