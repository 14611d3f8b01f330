"""Who is behind a YouTube channel: sign-in by Google (OAuth 2 for web servers, with PKCE), and the channel itself."""

from typing import Any

from apps.connections.adapters import Account, AppCredentials, Call, Grant, Identity
from apps.connections.platforms.oauth import ends_at, scopes_of
from apps.connections.platforms.youtube.client import SERVICE, client, count, items, part
from apps.connections.platforms.youtube.flow import AUTHORIZE, fetch, flow
from apps.core import http

_PREFIX = "https://www.googleapis.com/auth/"
UPLOAD, MANAGE, SSL = f"{_PREFIX}youtube.upload", f"{_PREFIX}youtube", f"{_PREFIX}youtube.force-ssl"
SCOPES = {
    UPLOAD: "Upload videos and set their thumbnails",
    MANAGE: "See the channel, edit and delete its videos, fill playlists",
    SSL: "Add captions and write the first comment",
}
_PARTS = "id,snippet,statistics,contentDetails,status"


class YouTubeIdentity(Identity):
    """Channels of a Google account."""

    def authorize_url(self, app: AppCredentials, *, redirect_uri: str, state: str, verifier: str) -> str:
        """`prompt=consent`, because Google gives a refresh token only with a fresh consent."""
        made = flow(app, tuple(SCOPES), redirect_uri=redirect_uri, verifier=verifier)
        url, _ = made.authorization_url(prompt="consent", state=state)
        return str(url).replace(AUTHORIZE, app.addresses["authorize"], 1)

    def exchange(self, app: AppCredentials, *, code: str, redirect_uri: str, verifier: str) -> Grant:
        made = flow(app, tuple(SCOPES), redirect_uri=redirect_uri, verifier=verifier)
        return _grant(fetch(made, code))

    def refresh(self, app: AppCredentials, grant: Grant) -> Grant:
        if not grant.refresh_token:
            raise http.AuthExpired("YouTube: no refresh token was given. Connect the channel again.")
        form = {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "refresh_token": grant.refresh_token,
            "grant_type": "refresh_token",
        }
        with client(app, "token", "", grant.refresh_token) as service:
            answer = service.post(app.addresses["token"], data=form, idempotent=True)
        return _grant(answer.json_object(), grant)

    def accounts(self, app: AppCredentials, grant: Grant) -> tuple[Account, ...]:
        return self._channels(app, grant.access_token)

    def account(self, call: Call) -> Account:
        """Raises AuthExpired where the grant no longer reaches the channel."""
        found = [one for one in self._channels(call.app, call.token) if one.external_id == call.account_id]
        if not found:
            raise http.AuthExpired("YouTube: this sign-in no longer reaches the channel. Connect it again.")
        return found[0]

    def revoke(self, app: AppCredentials, grant: Grant) -> None:
        token = grant.refresh_token or grant.access_token
        with client(app, "revoke", "", token) as service:
            try:
                service.post(app.addresses["revoke"], data={"token": token}, idempotent=True)
            except http.Rejected as error:
                if error.status != 400:  # 400 invalid_token: it is gone already
                    raise

    def _channels(self, app: AppCredentials, token: str) -> tuple[Account, ...]:
        query = {"part": _PARTS, "mine": "true", "maxResults": 50}
        with client(app, "api", token) as service:
            return tuple(_account(row) for row in items(service.get("/youtube/v3/channels", params=query)))


def _grant(token: dict[str, Any], old: Grant | None = None) -> Grant:
    """Google sends a new refresh token only with a fresh consent, so the old one is kept."""
    if not token.get("access_token"):
        raise http.Unavailable(f"{SERVICE} sent no token. Try again.")
    return Grant(
        access_token=str(token["access_token"]),
        refresh_token=str(token.get("refresh_token") or (old.refresh_token if old else "")),
        expires_at=ends_at(token.get("expires_in")),
        refresh_expires_at=ends_at(token.get("refresh_token_expires_in"))
        or (old.refresh_expires_at if old else None),
        scopes=scopes_of(token.get("scope")) or (old.scopes if old else ()),
    )


def _account(row: dict[str, Any]) -> Account:
    words, figures, state = part(row, "snippet"), part(row, "statistics"), part(row, "status")
    channel = str(row.get("id") or "")
    handle = str(words.get("customUrl") or "")
    uploads = part(part(row, "contentDetails"), "relatedPlaylists").get("uploads") or ""
    pictures = part(words, "thumbnails")
    return Account(
        external_id=channel,
        name=str(words.get("title") or channel),
        handle=handle if not handle or handle.startswith("@") else f"@{handle}",
        picture_url=str(part(pictures, "medium").get("url") or part(pictures, "default").get("url") or ""),
        link=f"https://www.youtube.com/channel/{channel}",
        figures={
            "subscribers": count(figures.get("subscriberCount")),
            "videos": count(figures.get("videoCount")),
            "views": count(figures.get("viewCount")),
        },
        facts={"long_uploads": str(state.get("longUploadsStatus") or ""), "uploads": str(uploads)},
    )
