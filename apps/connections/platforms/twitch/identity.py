"""Who a Twitch channel is. Twitch wants every token validated at least once an hour, which the check does."""

from typing import Any

from apps.connections.adapters import Account, AppCredentials, Call, Grant, Identity
from apps.connections.platforms import ALONE
from apps.connections.platforms.oauth import address, ends_at, scopes_of
from apps.connections.platforms.twitch.errors import classify
from apps.core import http

SERVICE = "Twitch"
SCOPES = {
    "channel:manage:broadcast": "Set title and category of a stream",
    "channel:read:stream_key": "Know where to stream to",
    "moderator:read:followers": "Show the number of followers",
}


class TwitchIdentity(Identity):
    """One channel for each sign-in; no PKCE there."""

    def authorize_url(self, app: AppCredentials, *, redirect_uri: str, state: str, verifier: str) -> str:
        params = {
            "client_id": app.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "state": state,
        }
        return address(app.addresses["authorize"], params)

    def exchange(self, app: AppCredentials, *, code: str, redirect_uri: str, verifier: str) -> Grant:
        form = {"code": code, "grant_type": "authorization_code", "redirect_uri": redirect_uri}
        return _grant(self._token(app, form, code))

    def refresh(self, app: AppCredentials, grant: Grant) -> Grant:
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
        return _grant(self._token(app, form, grant.refresh_token), grant)

    def accounts(self, app: AppCredentials, grant: Grant) -> tuple[Account, ...]:
        return (self._account(app, grant.access_token),)

    def account(self, call: Call) -> Account:
        with _client(call.app, "id", call.token) as service:
            service.get("/validate", headers={"Authorization": f"OAuth {call.token}"})
        return self._account(call.app, call.token)

    def revoke(self, app: AppCredentials, grant: Grant) -> None:
        form = {"client_id": app.client_id, "token": grant.access_token}
        with _client(app, "id", grant.access_token) as service:
            try:
                service.post("/revoke", data=form, idempotent=True)
            except (http.AuthExpired, http.Rejected) as error:
                if error.status not in (400, 401):  # it is gone already
                    raise

    def _token(self, app: AppCredentials, form: dict[str, str], secret: str) -> dict[str, Any]:
        whole = {"client_id": app.client_id, "client_secret": app.client_secret, **form}
        with _client(app, "id", secret) as service:
            return service.post("/token", data=whole).json_object()

    def _account(self, app: AppCredentials, token: str) -> Account:
        headers = {"Authorization": f"Bearer {token}"}
        with _client(app, "api", token) as service:
            rows = service.get("/users", headers=headers).json_object().get("data")
            if not isinstance(rows, list) or not rows:
                raise http.Unavailable(f"{SERVICE} did not say whose sign-in this is. Try again.")
            user = rows[0]
            figures = _followers(service, headers, str(user["id"]))
        login = str(user.get("login") or "")
        return Account(
            external_id=str(user["id"]),
            name=str(user.get("display_name") or login),
            handle=login,
            picture_url=str(user.get("profile_image_url") or ""),
            link=f"https://www.twitch.tv/{login}",
            figures=figures,
            facts={"kind": str(user.get("broadcaster_type") or "")},
        )


def _client(app: AppCredentials, address_name: str, *secrets: str) -> http.Client:
    return http.Client(
        app.addresses[address_name],
        headers={**ALONE, "Client-Id": app.client_id},
        secrets=(app.client_secret, *secrets),
        service=SERVICE,
        label="twitch",
        guard=app.guard,
        classify=classify,
    )


def _followers(service: http.Client, headers: dict[str, str], channel: str) -> dict[str, int]:
    """The number of followers, where the person allowed it to be read."""
    try:
        answer = service.get(
            "/channels/followers", params={"broadcaster_id": channel, "first": 1}, headers=headers
        )
    except (http.AuthExpired, http.Rejected):
        return {}
    total = answer.json_object().get("total")
    return {"followers": total} if isinstance(total, int) else {}


def _grant(token: dict[str, Any], old: Grant | None = None) -> Grant:
    if not token.get("access_token"):
        raise http.Unavailable(f"{SERVICE} sent no token. Try again.")
    return Grant(
        access_token=str(token["access_token"]),
        refresh_token=str(token.get("refresh_token") or (old.refresh_token if old else "")),
        expires_at=ends_at(token.get("expires_in")),
        scopes=scopes_of(token.get("scope")) or (old.scopes if old else ()),
    )
