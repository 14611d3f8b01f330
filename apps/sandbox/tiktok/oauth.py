"""TikTok's OAuth: `client_key`, scopes between commas, a challenge in hexadecimal, refresh tokens that rotate."""

from django.http import HttpResponseBase

from apps.sandbox import consent
from apps.sandbox.models import Grant, TokenKind
from apps.sandbox.services import grants
from apps.sandbox.standin import Answer, Call, Refusal
from apps.sandbox.tiktok.habits import PLATFORM, log_id

ACCESS_S, REFRESH_S = 86_400, 31_536_000


def authorize(call: Call) -> HttpResponseBase:
    query = call.query
    return consent.ask(
        call,
        client_id=query.get("client_key", ""),
        scopes=[scope for scope in query.get("scope", "").split(",") if scope],
        challenge=query.get("code_challenge", ""),
        challenge_method=query.get("code_challenge_method", ""),
    )


def token(call: Call) -> Answer:
    """POST /v2/oauth/token/: for a code, or for a refresh token, which is good once."""
    form = call.request.POST
    if not grants.knows_client(form.get("client_key", ""), form.get("client_secret", "")):
        raise oauth_error("invalid_client", "Client key or secret is incorrect.", 401)
    kind = form.get("grant_type")
    if kind == "authorization_code":
        return _exchange(call)
    if kind == "refresh_token":
        return _refresh(call)
    raise oauth_error("unsupported_grant_type", "Grant type is not supported.")


def _exchange(call: Call) -> Answer:
    form = call.request.POST
    try:
        grant = grants.redeem(
            PLATFORM,
            form.get("code", ""),
            client_id=form["client_key"],
            redirect_uri=form.get("redirect_uri", ""),
            verifier=form.get("code_verifier", ""),
            hexadecimal=True,
        )
    except grants.CodeRefused as error:
        raise oauth_error("invalid_grant", "Authorization code is expired.") from error
    return Answer(_body(grant))


def _refresh(call: Call) -> Answer:
    form = call.request.POST
    found = grants.find(PLATFORM, form.get("refresh_token", ""), TokenKind.REFRESH)
    if found is None or not found.is_valid or found.grant.client_id != form["client_key"]:
        raise oauth_error("invalid_grant", "Refresh token is invalid or expired.")
    grants.use_up(found)
    return Answer(_body(found.grant))


def _body(grant: Grant) -> dict[str, object]:
    return {
        "access_token": grants.issue(grant, TokenKind.ACCESS, prefix="act.", life_s=ACCESS_S),
        "expires_in": ACCESS_S,
        "open_id": grant.account.external_id,
        "refresh_expires_in": REFRESH_S,
        "refresh_token": grants.issue(grant, TokenKind.REFRESH, prefix="rft.", life_s=REFRESH_S),
        "scope": ",".join(grant.scopes),
        "token_type": "Bearer",
    }


def revoke(call: Call) -> Answer:
    form = call.request.POST
    if not grants.knows_client(form.get("client_key", ""), form.get("client_secret", "")):
        raise oauth_error("invalid_client", "Client key or secret is incorrect.", 401)
    found = grants.find(PLATFORM, form.get("token", ""))
    if found is None:
        raise oauth_error("invalid_request", "The access token is not known.")
    grants.revoke(found.grant)
    return Answer({})


def oauth_error(error: str, description: str, status: int = 400) -> Refusal:
    """Flat, not in the envelope."""
    return Refusal(status, {"error": error, "error_description": description, "log_id": log_id()}, code=error)
