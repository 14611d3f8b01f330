"""Google's OAuth 2: token, refresh, revoke. Consent is the page that all stand-ins share."""

from apps.sandbox.google.errors import oauth_error
from apps.sandbox.google.habits import PLATFORM
from apps.sandbox.models import Grant, TokenKind
from apps.sandbox.services import grants
from apps.sandbox.standin import Answer, Call

ACCESS_S = 3599
SCOPES = "https://www.googleapis.com/auth/"


def token(call: Call) -> Answer:
    """POST /token: a code or a refresh token for an access token. A refresh brings no new refresh token."""
    form = call.request.POST
    if not grants.knows_client(form.get("client_id", ""), form.get("client_secret", "")):
        raise oauth_error("invalid_client", "The OAuth client was not found.", 401)
    kind = form.get("grant_type")
    if kind == "authorization_code":
        return _exchange(call)
    if kind == "refresh_token":
        return _refresh(call)
    raise oauth_error("unsupported_grant_type", f"Invalid grant_type: {kind}")


def _exchange(call: Call) -> Answer:
    form = call.request.POST
    try:
        grant = grants.redeem(
            PLATFORM,
            form.get("code", ""),
            client_id=form["client_id"],
            redirect_uri=form.get("redirect_uri", ""),
            verifier=form.get("code_verifier", ""),
        )
    except grants.CodeRefused as error:
        raise oauth_error("invalid_grant", "Malformed auth code.") from error
    body = _body(grant)
    if grant.offline:
        body["refresh_token"] = grants.issue(grant, TokenKind.REFRESH, prefix="1//0", life_s=None)
    return Answer(body)


def _refresh(call: Call) -> Answer:
    form = call.request.POST
    found = grants.find(PLATFORM, form.get("refresh_token", ""), TokenKind.REFRESH)
    if found is None or not found.is_valid or found.grant.client_id != form["client_id"]:
        raise oauth_error("invalid_grant", "Token has been expired or revoked.")
    return Answer(_body(found.grant))


def _body(grant: Grant) -> dict[str, object]:
    return {
        "access_token": grants.issue(grant, TokenKind.ACCESS, prefix="ya29.", life_s=ACCESS_S),
        "expires_in": ACCESS_S,
        "scope": " ".join(grant.scopes),
        "token_type": "Bearer",
    }


def revoke(call: Call) -> Answer:
    """POST /revoke: an access or a refresh token; all of its grant is gone."""
    secret = call.params.get("token", "")
    found = grants.find(PLATFORM, secret) or grants.find(PLATFORM, secret, TokenKind.REFRESH)
    if found is None or not found.is_valid:
        raise oauth_error("invalid_token", "Token expired or revoked")
    grants.revoke(found.grant)
    return Answer({})
