"""Who a Restream account is. A refresh ends the old pair of tokens at once, so only one worker may ask for it."""

from datetime import UTC, datetime
from typing import Any

from apps.connections.adapters import Account, AppCredentials, Call, Grant, Identity
from apps.connections.platforms import ALONE
from apps.connections.platforms.oauth import address, basic, ends_at, scopes_of
from apps.connections.platforms.restream.errors import classify
from apps.core import http

SERVICE = "Restream"
SCOPES = {
    "profile.read": "Know the account",
    "channels.read": "List the channels that it streams to",
    "stream.read": "Know where to stream to",
}


class RestreamIdentity(Identity):
    """One account for each sign-in. No address to give a grant back is known."""

    def authorize_url(self, app: AppCredentials, *, redirect_uri: str, state: str, verifier: str) -> str:
        params = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "scope": " ".join(SCOPES),
        }
        return address(app.addresses["authorize"], params)

    def exchange(self, app: AppCredentials, *, code: str, redirect_uri: str, verifier: str) -> Grant:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return _grant(self._token(app, form, code))

    def refresh(self, app: AppCredentials, grant: Grant) -> Grant:
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
        return _grant(self._token(app, form, grant.refresh_token), grant)

    def accounts(self, app: AppCredentials, grant: Grant) -> tuple[Account, ...]:
        return (self._account(app, grant.access_token),)

    def account(self, call: Call) -> Account:
        return self._account(call.app, call.token)

    def revoke(self, app: AppCredentials, grant: Grant) -> None:
        """Nothing: a person takes it back in Restream's settings."""

    def _token(self, app: AppCredentials, form: dict[str, str], secret: str) -> dict[str, Any]:
        pair = basic(app.client_id, app.client_secret)
        with _client(app, secret, pair) as service:
            headers = {"Authorization": f"Basic {pair}"}
            return service.post(app.addresses["token"], data=form, headers=headers).json_object()

    def _account(self, app: AppCredentials, token: str) -> Account:
        headers = {"Authorization": f"Bearer {token}"}
        with _client(app, token) as service:
            profile = service.get("/user/profile", headers=headers).json_object()
            channels = service.get("/user/channel/all", headers=headers).json()
        if not profile.get("id"):
            raise http.Unavailable(f"{SERVICE} did not say whose sign-in this is. Try again.")
        return Account(
            external_id=str(profile["id"]),
            name=str(profile.get("username") or profile["id"]),
            handle=str(profile.get("username") or ""),
            link="https://app.restream.io/",
            figures={"channels": len(channels)} if isinstance(channels, list) else {},
        )


def _client(app: AppCredentials, *secrets: str) -> http.Client:
    return http.Client(
        app.addresses["api"],
        headers=ALONE,
        secrets=(app.client_secret, *secrets),
        service=SERVICE,
        label="restream",
        guard=app.guard,
        classify=classify,
    )


def _grant(token: dict[str, Any], old: Grant | None = None) -> Grant:
    access = token.get("access_token") or token.get("accessToken")
    if not access:
        raise http.Unavailable(f"{SERVICE} sent no token. Try again.")
    refresh = token.get("refresh_token") or token.get("refreshToken")
    return Grant(
        access_token=str(access),
        refresh_token=str(refresh or (old.refresh_token if old else "")),
        expires_at=ends_at(token.get("expires_in") or token.get("accessTokenExpiresIn")),
        refresh_expires_at=_moment(token.get("refreshTokenExpiresEpoch"))
        or (old.refresh_expires_at if old else None),
        scopes=scopes_of(token.get("scope") or token.get("scopes")) or (old.scopes if old else tuple(SCOPES)),
    )


def _moment(epoch: Any) -> datetime | None:
    return datetime.fromtimestamp(epoch, UTC) if isinstance(epoch, int) and epoch > 0 else None
