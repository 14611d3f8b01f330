"""id.twitch.tv: authorize, token, validate, revoke. Its scopes are a list in answers and spaces in addresses."""

from django.http import HttpResponseBase

from apps.sandbox import consent
from apps.sandbox.models import Grant, TokenKind
from apps.sandbox.services import grants
from apps.sandbox.standin import Answer, Call, Refusal
from apps.sandbox.twitch.habits import PLATFORM

ACCESS_S = 14_400


def authorize(call: Call) -> HttpResponseBase:
    query = call.query
    return consent.ask(call, client_id=query.get("client_id", ""), scopes=query.get("scope", "").split())


def token(call: Call) -> Answer:
    form = call.params
    if not grants.knows_client(form.get("client_id", "")):
        raise refused(400, "invalid client")
    if not grants.knows_client(form["client_id"], form.get("client_secret", "")):
        raise refused(403, "invalid client secret")
    if form.get("grant_type") == "authorization_code":
        return _exchange(form)
    if form.get("grant_type") == "refresh_token":
        return _refresh(form)
    raise refused(400, "missing or unknown grant type")


def _exchange(form: dict[str, str]) -> Answer:
    try:
        grant = grants.redeem(
            PLATFORM,
            form.get("code", ""),
            client_id=form["client_id"],
            redirect_uri=form.get("redirect_uri", ""),
            verifier="",
        )
    except grants.CodeRefused as error:
        raise refused(400, "Invalid authorization code") from error
    return Answer(_body(grant, grants.issue(grant, TokenKind.REFRESH, prefix="", life_s=None)))


def _refresh(form: dict[str, str]) -> Answer:
    """The refresh token of a confidential client stays."""
    secret = form.get("refresh_token", "")
    found = grants.find(PLATFORM, secret, TokenKind.REFRESH)
    if found is None or not found.is_valid or found.grant.client_id != form["client_id"]:
        raise refused(400, "Invalid refresh token")
    return Answer(_body(found.grant, secret))


def _body(grant: Grant, refresh_token: str) -> dict[str, object]:
    return {
        "access_token": grants.issue(grant, TokenKind.ACCESS, prefix="", life_s=ACCESS_S),
        "expires_in": ACCESS_S,
        "refresh_token": refresh_token,
        "scope": list(grant.scopes),
        "token_type": "bearer",
    }


def validate(call: Call) -> Answer:
    """GET /validate, which applications must ask every hour."""
    found = call.token
    if found is None or not found.is_valid:
        raise refused(401, "invalid access token")
    left = int((found.expires_at - found.created_at).total_seconds()) if found.expires_at else 0
    return Answer(
        {
            "client_id": found.grant.client_id,
            "login": found.account.handle,
            "scopes": list(found.grant.scopes),
            "user_id": found.account.external_id,
            "expires_in": left,
        }
    )


def revoke(call: Call) -> Answer:
    found = grants.find(PLATFORM, call.params.get("token", ""))
    if found is None or not found.is_valid or found.grant.client_id != call.params.get("client_id"):
        raise refused(400, "Invalid token")
    grants.revoke(found.grant)
    return Answer(None)


def refused(status: int, message: str) -> Refusal:
    """Without a name of the error, as only this host has it."""
    return Refusal(status, {"status": status, "message": message}, code=message.replace(" ", "_"))
