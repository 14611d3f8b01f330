"""Who a Teams user is: the Microsoft identity platform (v2.0), and Graph's `/me`.

Rights of Graph come back with or without its address before them, `offline_access` never: a refresh token shows it,
as an id token shows `openid` and `profile`.
"""

from typing import Any

import jwt

from apps.connections.adapters import Account, AppCredentials, Call, Grant, Identity
from apps.connections.errors import NotConnected
from apps.connections.platforms import ALONE
from apps.connections.platforms.oauth import address, challenge, ends_at, scopes_of
from apps.connections.platforms.teams.errors import NOT_PERSONAL, SERVICE, classify, sentence_of
from apps.core import http

MEETINGS, USER = "OnlineMeetings.ReadWrite", "User.Read"
SCOPES = {
    "openid": "Sign in",
    "profile": "Know to which organisation the account belongs",
    USER: "Know the account",
    MEETINGS: "Create, change and call off meetings",
    "offline_access": "Stay connected without asking you again",
}
GRAPH = "https://graph.microsoft.com/"
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"  # the one in which all personal accounts are


class TeamsIdentity(Identity):
    """One user for each sign-in. Microsoft knows no address to give a grant back."""

    def authorize_url(self, app: AppCredentials, *, redirect_uri: str, state: str, verifier: str) -> str:
        params = {
            "client_id": app.client_id,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "response_mode": "query",
            "scope": " ".join(SCOPES),
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            "prompt": "select_account",  # else whoever is signed in there is taken without a question
        }
        return address(app.addresses["authorize"], params)

    def exchange(self, app: AppCredentials, *, code: str, redirect_uri: str, verifier: str) -> Grant:
        """Raises NotConnected for a personal account."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        token = _token(app, form, code, verifier)
        if _tenant(token) == PERSONAL_TENANT:
            raise NotConnected(NOT_PERSONAL)
        return _grant(token)

    def refresh(self, app: AppCredentials, grant: Grant) -> Grant:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": grant.refresh_token,
            "scope": " ".join(grant.scopes or SCOPES),
        }
        return _grant(_token(app, form, grant.refresh_token), grant)

    def accounts(self, app: AppCredentials, grant: Grant) -> tuple[Account, ...]:
        return (_account(app, grant.access_token),)

    def account(self, call: Call) -> Account:
        """Raises AuthExpired where the grant is for another user."""
        found = _account(call.app, call.token)
        if found.external_id != call.account_id:
            raise http.AuthExpired(f"{SERVICE}: this sign-in is for another account. Connect it again.")
        return found

    def revoke(self, app: AppCredentials, grant: Grant) -> None:
        """Nothing: a person removes the application in their account."""

    def why_refused(self, error: str, description: str) -> str:
        return sentence_of(description)


def _token(app: AppCredentials, form: dict[str, str], *secrets: str) -> dict[str, Any]:
    whole = {"client_id": app.client_id, "client_secret": app.client_secret, **form}
    with _client(app, app.addresses["token"], *secrets) as service:
        return service.post(app.addresses["token"], data=whole).json_object()


def _account(app: AppCredentials, token: str) -> Account:
    with _client(app, app.addresses["api"], token) as service:
        user = service.get("/me", headers={"Authorization": f"Bearer {token}"}).json_object()
    if not user.get("id"):
        raise http.Unavailable(f"{SERVICE} did not say whose sign-in this is. Try again.")
    handle = str(user.get("userPrincipalName") or user.get("mail") or "")
    return Account(
        external_id=str(user["id"]),
        name=str(user.get("displayName") or handle or user["id"]),
        handle=handle,
        link="https://teams.microsoft.com/",
    )


def _client(app: AppCredentials, base_url: str, *secrets: str) -> http.Client:
    return http.Client(
        base_url,
        headers=ALONE,
        secrets=(app.client_secret, *secrets),
        service=SERVICE,
        label="teams",
        guard=app.guard,
        classify=classify,
    )


def _grant(token: dict[str, Any], old: Grant | None = None) -> Grant:
    if not token.get("access_token"):
        raise http.Unavailable(f"{SERVICE} sent no token. Try again.")
    return Grant(
        access_token=str(token["access_token"]),
        refresh_token=str(token.get("refresh_token") or (old.refresh_token if old else "")),
        expires_at=ends_at(token.get("expires_in")),
        scopes=_scopes(token, old),
    )


def _scopes(token: dict[str, Any], old: Grant | None) -> tuple[str, ...]:
    """Those of ours that were given, as we write them; all that the old grant had where nothing is said."""
    said = {scope.removeprefix(GRAPH).lower() for scope in scopes_of(token.get("scope"))}
    if not said and old is not None:
        return old.scopes
    if token.get("refresh_token"):
        said.add("offline_access")
    if token.get("id_token"):
        said |= {"openid", "profile"}
    return tuple(scope for scope in SCOPES if scope.lower() in said)


def _tenant(token: dict[str, Any]) -> str:
    """Whose directory the account is in, by the id token; "" where there is none. It came from Microsoft itself over
    TLS, so its signature says nothing more (OpenID Connect Core, 3.1.3.7)."""
    try:
        claims = jwt.decode(str(token.get("id_token") or ""), options={"verify_signature": False})
    except jwt.PyJWTError:
        return ""
    return str(claims.get("tid") or "")
