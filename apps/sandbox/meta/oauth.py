"""Facebook Login: codes, short and long tokens, what a token is worth, and taking permissions back."""

from django.http import HttpResponseBase

from apps.sandbox import consent
from apps.sandbox.meta.habits import PLATFORM, application, invalid, refusal
from apps.sandbox.models import Grant, TokenKind
from apps.sandbox.services import grants
from apps.sandbox.standin import Answer, Call

SHORT_S, LONG_S = 5_400, 5_184_000
DATA_ACCESS_S = 90 * 24 * 3600


def authorize(call: Call) -> HttpResponseBase:
    query = call.query
    scopes = [scope for scope in query.get("scope", "").replace(" ", ",").split(",") if scope]
    return consent.ask(call, client_id=query.get("client_id", ""), scopes=scopes)


def access_token(call: Call) -> Answer:
    """A code for a short token, or (fb_exchange_token) a short one for a long one."""
    params = call.params
    client_id = application(params)
    if params.get("grant_type") == "fb_exchange_token":
        found = grants.find(PLATFORM, params.get("fb_exchange_token", ""))
        if found is None or not found.is_valid or found.grant.client_id != client_id:
            raise call.stand_in.habits.unauthorized(found)
        return _token(found.grant, LONG_S)
    try:
        grant = grants.redeem(
            PLATFORM,
            params.get("code", ""),
            client_id=client_id,
            redirect_uri=params.get("redirect_uri", ""),
            verifier=params.get("code_verifier", ""),
        )
    except grants.CodeRefused as error:
        raise refusal(400, 100, "This authorization code has been used.", subcode=36009) from error
    return _token(grant, SHORT_S)


def _token(grant: Grant, life_s: int) -> Answer:
    secret = grants.issue(grant, TokenKind.ACCESS, prefix="EAA", life_s=life_s)
    return Answer({"access_token": secret, "token_type": "bearer", "expires_in": life_s})


def debug_token(call: Call) -> Answer:
    """What a token is: asked with an application's own (`id|secret`) or with the person's."""
    asked_by = call.params.get("access_token", "")
    client_id, _, client_secret = asked_by.partition("|")
    if not grants.knows_client(client_id, client_secret) and grants.find(PLATFORM, asked_by) is None:
        raise refusal(400, 190, "Invalid OAuth access token - Cannot parse access token")
    found = grants.find(PLATFORM, call.params.get("input_token", ""))
    if found is None:
        error = {"code": 190, "message": "Malformed access token"}
        return Answer({"data": {"error": error, "is_valid": False, "scopes": []}})
    scopes = list(found.grant.scopes)
    data: dict[str, object] = {
        "app_id": found.grant.client_id,
        "type": "PAGE" if found.account.kind == "page" else "USER",
        "application": "Showrunner",
        "expires_at": int(found.expires_at.timestamp()) if found.expires_at else 0,
        "data_access_expires_at": int(found.grant.created_at.timestamp()) + DATA_ACCESS_S,
        "is_valid": found.is_valid,
        "issued_at": int(found.created_at.timestamp()),
        "scopes": scopes,
        "granular_scopes": [{"scope": scope} for scope in scopes],
        "user_id": found.grant.account.external_id,
    }
    if found.account.kind == "page":
        data["profile_id"] = found.account.external_id
    return Answer({"data": data})


def permissions(call: Call) -> Answer:
    return Answer({"data": [{"permission": one, "status": "granted"} for one in call.grant.scopes]})


def revoke(call: Call) -> Answer:
    """DELETE /me/permissions: the application is removed."""
    if call.account.kind != "person":
        raise invalid("A user access token is required.")
    grants.revoke(call.grant)
    return Answer({"success": True})
