"""Who a TikTok account is: Login Kit v2. The PKCE challenge is hexadecimal there, and the client id a "key"."""

from typing import Any

from apps.connections.adapters import Account, AppCredentials, Call, Grant, Identity
from apps.connections.platforms.oauth import address, ends_at, hex_challenge, scopes_of
from apps.connections.platforms.tiktok.client import SERVICE, checked, client, creator, data_of
from apps.core import http

BASIC, PROFILE, STATS = "user.info.basic", "user.info.profile", "user.info.stats"
PUBLISH, LIST = "video.publish", "video.list"
SCOPES = {
    BASIC: "Know the account and its picture",
    PROFILE: "Show its name and link to its profile",
    STATS: "Show followers, likes and videos",
    PUBLISH: "Post videos",
    LIST: "See whether a post is still there, and its link",
}
_FIELDS = {
    BASIC: ("open_id", "avatar_url", "display_name"),
    PROFILE: ("username", "profile_deep_link"),
    STATS: ("follower_count", "following_count", "likes_count", "video_count"),
}


class TikTokIdentity(Identity):
    """One account for each sign-in."""

    def authorize_url(self, app: AppCredentials, *, redirect_uri: str, state: str, verifier: str) -> str:
        params = {
            "client_key": app.client_id,
            "scope": ",".join(SCOPES),
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": hex_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return address(app.addresses["authorize"], params)

    def exchange(self, app: AppCredentials, *, code: str, redirect_uri: str, verifier: str) -> Grant:
        form = {
            "code": code,
            "grant_type": "authorization_code",
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        return _grant(self._token(app, form, code))

    def refresh(self, app: AppCredentials, grant: Grant) -> Grant:
        """The refresh token may be a new one each time."""
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
        return _grant(self._token(app, form, grant.refresh_token), grant)

    def accounts(self, app: AppCredentials, grant: Grant) -> tuple[Account, ...]:
        return (self._account(app, grant.access_token, grant.scopes),)

    def account(self, call: Call) -> Account:
        """Raises AuthExpired where the grant is for another account."""
        found = self._account(call.app, call.token, tuple(call.facts.get("scopes", SCOPES)))
        if found.external_id != call.account_id:
            raise http.AuthExpired("TikTok: this sign-in is for another account. Connect it again.")
        return found

    def revoke(self, app: AppCredentials, grant: Grant) -> None:
        form = {"client_key": app.client_id, "client_secret": app.client_secret, "token": grant.access_token}
        with client(app, "", grant.access_token) as service:
            try:
                checked(service.post("/v2/oauth/revoke/", data=form, idempotent=True))
            except http.AuthExpired:
                return  # it is gone already

    def _token(self, app: AppCredentials, form: dict[str, str], secret: str) -> dict[str, Any]:
        whole = {"client_key": app.client_id, "client_secret": app.client_secret, **form}
        with client(app, "", secret) as service:
            return checked(service.post("/v2/oauth/token/", data=whole))

    def _account(self, app: AppCredentials, token: str, scopes: tuple[str, ...]) -> Account:
        fields = [name for scope, names in _FIELDS.items() if scope in scopes or not scopes for name in names]
        with client(app, token) as service:
            user = data_of(service.get("/v2/user/info/", params={"fields": ",".join(fields)})).get("user")
        if not isinstance(user, dict) or not user.get("open_id"):
            raise http.Unavailable(f"{SERVICE} did not say whose sign-in this is. Try again.")
        facts = _facts(creator(app, token)) if PUBLISH in scopes or not scopes else {}
        return _read(user, {**facts, "scopes": list(scopes)})


def _grant(token: dict[str, Any], old: Grant | None = None) -> Grant:
    if not token.get("access_token"):
        raise http.Unavailable(f"{SERVICE} sent no token. Try again.")
    return Grant(
        access_token=str(token["access_token"]),
        refresh_token=str(token.get("refresh_token") or (old.refresh_token if old else "")),
        expires_at=ends_at(token.get("expires_in")),
        refresh_expires_at=ends_at(token.get("refresh_expires_in"))
        or (old.refresh_expires_at if old else None),
        scopes=scopes_of(token.get("scope")) or (old.scopes if old else ()),
    )


def _facts(info: dict[str, Any]) -> dict[str, Any]:
    options = info.get("privacy_level_options")
    return {
        "privacies": [str(word) for word in options] if isinstance(options, list) else [],
        "longest_s": int(info.get("max_video_post_duration_sec") or 0),
        "comments_off": bool(info.get("comment_disabled")),
        "duet_off": bool(info.get("duet_disabled")),
        "stitch_off": bool(info.get("stitch_disabled")),
    }


def _read(user: dict[str, Any], facts: dict[str, Any]) -> Account:
    username = str(user.get("username") or "")
    counted = {"followers": "follower_count", "likes": "likes_count", "videos": "video_count"}
    return Account(
        external_id=str(user["open_id"]),
        name=str(user.get("display_name") or username or user["open_id"]),
        handle=f"@{username}" if username else "",
        picture_url=str(user.get("avatar_url") or ""),
        link=str(
            user.get("profile_deep_link") or (f"https://www.tiktok.com/@{username}" if username else "")
        ),
        figures={
            name: int(user[field]) for name, field in counted.items() if str(user.get(field, "")).isdigit()
        },
        facts=facts,
    )
