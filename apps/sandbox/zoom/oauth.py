"""zoom.us/oauth: authorize, token, revoke. The client is known by HTTP Basic alone; a refresh token is good once."""

import base64
import binascii

from django.http import HttpResponseBase

from apps.sandbox import consent
from apps.sandbox.models import Grant, TokenKind
from apps.sandbox.services import grants
from apps.sandbox.standin import Answer, Call, Refusal, sandbox_url
from apps.sandbox.zoom.habits import PLATFORM

ACCESS_S, REFRESH_S = 3600, 90 * 86_400
# What is ticked in the application's settings: the address of consent names no scopes.
REGISTERED = (
    "user:read:user",
    "meeting:write:meeting",
    "meeting:read:meeting",
    "meeting:update:meeting",
    "meeting:delete:meeting",
    "cloud_recording:read:list_user_recordings",
    "cloud_recording:read:list_recording_files",
)


def authorize(call: Call) -> HttpResponseBase:
    query = call.query
    return consent.ask(
        call,
        client_id=query.get("client_id", ""),
        scopes=list(REGISTERED),
        challenge=query.get("code_challenge", ""),
        challenge_method=query.get("code_challenge_method", ""),
    )


def token(call: Call) -> Answer:
    client_id = _client(call)
    kind = call.params.get("grant_type")
    if kind == "authorization_code":
        return _exchange(call, client_id)
    if kind == "refresh_token":
        return _refresh(call, client_id)
    raise refused(400, "unsupported_grant_type", "Grant type is not supported from token endpoint.")


def _client(call: Call) -> str:
    """Refusal where Basic is missing or wrong; the form does not count."""
    scheme, _, given = call.request.headers.get("Authorization", "").partition(" ")
    try:
        pair = base64.b64decode(given).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        pair = ""
    client_id, _, client_secret = pair.partition(":")
    if not grants.knows_client(client_id, client_secret):
        raise refused(401, "invalid_client", "Invalid client_id or client_secret")
    return client_id


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
        raise refused(400, "invalid_grant", "Invalid authorization code") from error
    return Answer(_body(grant))


def _refresh(call: Call, client_id: str) -> Answer:
    found = grants.find(PLATFORM, call.params.get("refresh_token", ""), TokenKind.REFRESH)
    if found is None or not found.is_valid or found.grant.client_id != client_id:
        raise refused(400, "invalid_grant", "Invalid Token!")
    grants.use_up(found)
    return Answer(_body(found.grant))


def _body(grant: Grant) -> dict[str, object]:
    return {
        "access_token": grants.issue(grant, TokenKind.ACCESS, prefix="", life_s=ACCESS_S),
        "token_type": "bearer",
        "refresh_token": grants.issue(grant, TokenKind.REFRESH, prefix="", life_s=REFRESH_S),
        "expires_in": ACCESS_S - 1,
        "scope": " ".join(grant.scopes),
        "api_url": f"{sandbox_url()}/zoom",
    }


def revoke(call: Call) -> Answer:
    """What was allowed ends with its access token."""
    client_id = _client(call)
    found = grants.find(PLATFORM, call.params.get("token", ""))
    if found is None or not found.is_valid or found.grant.client_id != client_id:
        raise refused(400, "invalid_token", "Invalid Token!")
    grants.revoke(found.grant)
    return Answer({"status": "success"})


def refused(status: int, error: str, reason: str) -> Refusal:
    """In the words of the token address, not of the API."""
    return Refusal(status, {"reason": reason, "error": error}, code=error)
