"""Google's sign-in and the channels behind it, against a server with the documented bodies (CON-01)."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from apps.connections.adapters import Account, Grant
from apps.connections.platforms.oauth import challenge
from apps.connections.platforms.youtube.identity import SCOPES, YouTubeIdentity
from apps.core import http
from tests.connections.conftest import SECRET
from tests.core.http_loopback import nothing, status

VERIFIER = "v" * 64
CHANNEL = {
    "id": "UC1",
    "snippet": {
        "title": "Morning Show",
        "customUrl": "@morning",
        "thumbnails": {
            "default": {"url": "https://yt3.example/d.jpg"},
            "medium": {"url": "https://yt3.example/m.jpg"},
        },
    },
    "statistics": {
        "subscriberCount": "1200",
        "videoCount": "7",
        "viewCount": "88000",
        "hiddenSubscriberCount": False,
    },
    "contentDetails": {"relatedPlaylists": {"uploads": "UU1"}},
    "status": {"longUploadsStatus": "allowed"},
}
CHANNELS = {"kind": "youtube#channelListResponse", "items": [CHANNEL]}


def form_of(asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


def test_the_address_asks_for_offline_access_with_a_challenge(app):
    url = YouTubeIdentity().authorize_url(app, redirect_uri="http://here/back", state="s1", verifier=VERIFIER)
    base, query = url.split("?", 1)
    assert base == app.addresses["authorize"]
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    assert asked == {
        "response_type": "code",
        "client_id": "client-1",
        "redirect_uri": "http://here/back",
        "scope": " ".join(SCOPES),
        "state": "s1",
        "access_type": "offline",
        "prompt": "consent",
        "code_challenge": challenge(VERIFIER),
        "code_challenge_method": "S256",
    }


def exchange(app, code: str = "4/code") -> Grant:
    return YouTubeIdentity().exchange(app, code=code, redirect_uri="http://here/back", verifier=VERIFIER)


def test_a_code_becomes_a_grant(server, app):
    server.on("POST", "/token", status(200, {
        "access_token": "ya29.a", "refresh_token": "1//r", "expires_in": 3599, "token_type": "Bearer",
        "scope": " ".join(SCOPES),
    }))  # fmt: skip
    grant = exchange(app)
    assert (grant.access_token, grant.refresh_token, set(grant.scopes)) == ("ya29.a", "1//r", set(SCOPES))
    assert grant.expires_at is not None
    assert timedelta(minutes=59) < grant.expires_at - timezone.now() <= timedelta(minutes=60)
    assert form_of(server.asked[0]) == {
        "grant_type": "authorization_code", "code": "4/code", "redirect_uri": "http://here/back",
        "code_verifier": VERIFIER, "client_id": "client-1", "client_secret": SECRET,
    }  # fmt: skip


def test_a_person_may_allow_less(server, app):
    one = next(iter(SCOPES))
    answer = {"access_token": "ya29.a", "refresh_token": "1//r", "expires_in": 3599, "token_type": "Bearer"}
    server.on("POST", "/token", status(200, {**answer, "scope": one}))
    assert exchange(app).scopes == (one,)


def test_a_wrong_code_is_refused(server, app):
    server.on("POST", "/token", status(400, {"error": "invalid_grant", "error_description": "Bad Request"}))
    with pytest.raises(http.AuthExpired) as caught:
        exchange(app)
    assert caught.value.code == "invalid_grant"
    assert "Connect the channel again" in caught.value.message


def test_a_lost_answer_leaves_no_secret_behind(server, app):
    server.on("POST", "/token", nothing)
    with pytest.raises(http.OutcomeUnknown) as caught:
        exchange(app, "4/secret-code")
    assert SECRET not in str(vars(caught.value))
    assert "4/secret-code" not in str(vars(caught.value))


def test_a_refresh_keeps_the_old_refresh_token(server, app):
    server.on("POST", "/token", status(200, {"access_token": "ya29.b", "expires_in": 3599, "scope": "a b"}))
    fresh = YouTubeIdentity().refresh(app, Grant("ya29.a", "1//r", scopes=("a", "b")))
    assert (fresh.access_token, fresh.refresh_token, fresh.scopes) == ("ya29.b", "1//r", ("a", "b"))
    assert form_of(server.asked[0])["grant_type"] == "refresh_token"


def test_a_revoked_grant_cannot_be_refreshed(server, app):
    body = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    server.on("POST", "/token", status(400, body))
    with pytest.raises(http.AuthExpired):
        YouTubeIdentity().refresh(app, Grant("ya29.a", "1//r"))


def test_channels_are_read_whole(server, app):
    server.on("GET", "/youtube/v3/channels", status(200, CHANNELS))
    assert YouTubeIdentity().accounts(app, Grant("ya29.a")) == (
        Account(
            "UC1", "Morning Show", "@morning", "https://yt3.example/m.jpg", "https://www.youtube.com/channel/UC1",
            figures={"subscribers": 1200, "videos": 7, "views": 88000},
            facts={"long_uploads": "allowed", "uploads": "UU1"},
        ),
    )  # fmt: skip
    assert server.asked[0].headers["authorization"] == "Bearer ya29.a"
    assert server.asked[0].query["mine"] == ["true"]


def test_somebody_without_a_channel_has_no_account(server, app):
    server.on("GET", "/youtube/v3/channels", status(200, {"kind": "youtube#channelListResponse"}))
    assert YouTubeIdentity().accounts(app, Grant("ya29.a")) == ()


def test_the_check_finds_the_channel_or_wants_a_new_sign_in(server, call):
    server.on("GET", "/youtube/v3/channels", status(200, CHANNELS))
    assert YouTubeIdentity().account(call("UC1")).figures["subscribers"] == 1200
    with pytest.raises(http.AuthExpired, match="no longer reaches"):
        YouTubeIdentity().account(call("UC2"))


@pytest.mark.parametrize("answer", [status(200, {}), status(400, {"error": "invalid_token"})])
def test_a_grant_is_given_back_once_or_twice(server, app, answer):
    server.on("POST", "/revoke", answer)
    YouTubeIdentity().revoke(app, Grant("ya29.a", "1//r"))
    assert form_of(server.asked[0]) == {"token": "1//r"}


def test_no_secret_stands_in_the_address_of_a_log_line(app):
    url = YouTubeIdentity().authorize_url(app, redirect_uri="http://here/back", state="s1", verifier=VERIFIER)
    assert VERIFIER not in url
    assert SECRET not in urlsplit(url).query
