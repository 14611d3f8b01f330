"""Who a Zoom user is. A refresh token is good once: with each renewal comes another, so only one worker may ask."""

from typing import Any

from apps.connections.adapters import Account, AppCredentials, Call, Grant, Identity
from apps.connections.platforms import ALONE
from apps.connections.platforms.oauth import address, basic, challenge, ends_at, scopes_of
from apps.connections.platforms.zoom.errors import classify
from apps.core import http

SERVICE = "Zoom"
USER = "user:read:user"
CREATE, READ, UPDATE, DELETE = (
    "meeting:write:meeting",
    "meeting:read:meeting",
    "meeting:update:meeting",
    "meeting:delete:meeting",
)
RECORDINGS, FILES = "cloud_recording:read:list_user_recordings", "cloud_recording:read:list_recording_files"
# Granular names, unverified. They are ticked in the application's settings at Zoom, not asked for in the address.
SCOPES = {
    USER: "Know the account",
    CREATE: "Create meetings",
    READ: "See whether a meeting is still there, and its link",
    UPDATE: "Change a meeting",
    DELETE: "Call a meeting off",
    RECORDINGS: "List the recordings of meetings",
    FILES: "Fetch the files of a recording",
}
PLANS: dict[Any, str] = {
    1: "basic",
    2: "licensed",
    4: "unassigned",
    99: "none",
}  # unverified: `type` of a user


class ZoomIdentity(Identity):
    """One user for each sign-in. Zoom asks for what is ticked in the application's settings."""

    def authorize_url(self, app: AppCredentials, *, redirect_uri: str, state: str, verifier: str) -> str:
        params = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return address(app.addresses["authorize"], params)

    def exchange(self, app: AppCredentials, *, code: str, redirect_uri: str, verifier: str) -> Grant:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        return _grant(_ask(app, "token", form, code, verifier).json_object())

    def refresh(self, app: AppCredentials, grant: Grant) -> Grant:
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
        return _grant(_ask(app, "token", form, grant.refresh_token).json_object(), grant)

    def accounts(self, app: AppCredentials, grant: Grant) -> tuple[Account, ...]:
        return (_account(app, grant.access_token),)

    def account(self, call: Call) -> Account:
        """Raises AuthExpired where the grant is for another user."""
        found = _account(call.app, call.token)
        if found.external_id != call.account_id:
            raise http.AuthExpired(f"{SERVICE}: this sign-in is for another account. Connect it again.")
        return found

    def revoke(self, app: AppCredentials, grant: Grant) -> None:
        try:
            _ask(app, "revoke", {"token": grant.access_token}, grant.access_token, idempotent=True)
        except (http.AuthExpired, http.Rejected) as error:
            if error.status not in (400, 401):  # it is gone already
                raise


def _ask(
    app: AppCredentials, where: str, form: dict[str, str], *secrets: str, idempotent: bool = False
) -> http.Response:
    """Ask the token or the revoke address, which know the application by HTTP Basic."""
    pair = basic(app.client_id, app.client_secret)
    with _client(app, app.addresses[where], pair, *secrets) as service:
        headers = {"Authorization": f"Basic {pair}"}
        return service.post(app.addresses[where], data=form, headers=headers, idempotent=idempotent)


def _account(app: AppCredentials, token: str) -> Account:
    with _client(app, app.addresses["api"], token) as service:
        user = service.get("/users/me", headers={"Authorization": f"Bearer {token}"}).json_object()
    if not user.get("id"):
        raise http.Unavailable(f"{SERVICE} did not say whose sign-in this is. Try again.")
    email = str(user.get("email") or "")
    whole = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    return Account(
        external_id=str(user["id"]),
        name=str(user.get("display_name") or whole or email or user["id"]),
        handle=email,
        picture_url=str(user.get("pic_url") or ""),
        link="https://zoom.us/profile",
        facts={"plan": PLANS.get(user.get("type", 0), "")},
    )


def _client(app: AppCredentials, base_url: str, *secrets: str) -> http.Client:
    return http.Client(
        base_url,
        headers=ALONE,
        secrets=(app.client_secret, *secrets),
        service=SERVICE,
        label="zoom",
        guard=app.guard,
        classify=classify,
    )


def _grant(token: dict[str, Any], old: Grant | None = None) -> Grant:
    """How long a refresh token lives is not said; each renewal brings a new one."""
    if not token.get("access_token"):
        raise http.Unavailable(f"{SERVICE} sent no token. Try again.")
    return Grant(
        access_token=str(token["access_token"]),
        refresh_token=str(token.get("refresh_token") or (old.refresh_token if old else "")),
        expires_at=ends_at(token.get("expires_in")),
        scopes=scopes_of(token.get("scope")) or (old.scopes if old else ()),
    )
