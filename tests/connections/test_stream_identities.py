"""Who somebody is at Twitch and Restream, with the documented bodies (CON-01)."""

from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.connections.adapters import Account, Grant
from apps.connections.platforms.restream.identity import SCOPES as RESTREAM_SCOPES
from apps.connections.platforms.restream.identity import RestreamIdentity
from apps.connections.platforms.twitch.identity import SCOPES as TWITCH_SCOPES
from apps.connections.platforms.twitch.identity import TwitchIdentity
from apps.core import http
from tests.connections.conftest import SECRET, TOKEN
from tests.core.http_loopback import status

USER = {
    "id": "141", "login": "kitchen", "display_name": "Kitchen", "broadcaster_type": "affiliate",
    "profile_image_url": "https://cdn.example/p.png",
}  # fmt: skip
LIVE = {"access_token": "t1", "refresh_token": "r1", "expires_in": 14_000, "token_type": "bearer"}


def form_of(asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


class TestTwitch:
    def test_the_address_has_scopes_between_spaces_and_no_challenge(self, app):
        url = TwitchIdentity().authorize_url(app, redirect_uri="http://here", state="s", verifier="v")
        assert parse_qs(urlsplit(url).query) == {
            "client_id": ["client-1"], "redirect_uri": ["http://here"], "response_type": ["code"],
            "scope": [" ".join(TWITCH_SCOPES)], "state": ["s"],
        }  # fmt: skip

    def test_scopes_come_as_a_list(self, server, app):
        server.on("POST", "/token", status(200, {**LIVE, "scope": ["a", "b"]}))
        grant = TwitchIdentity().exchange(app, code="c", redirect_uri="http://here", verifier="v")
        assert (grant.access_token, grant.refresh_token, grant.scopes) == ("t1", "r1", ("a", "b"))
        assert form_of(server.asked[0])["client_secret"] == SECRET

    def test_a_check_validates_the_token_and_reads_the_channel(self, server, call):
        server.on("GET", "/validate", status(200, {"user_id": "141"}))
        server.on("GET", "/users", status(200, {"data": [USER]}))
        server.on("GET", "/channels/followers", status(200, {"total": 812, "data": []}))
        assert TwitchIdentity().account(call("141")) == Account(
            "141", "Kitchen", "kitchen", "https://cdn.example/p.png", "https://www.twitch.tv/kitchen",
            figures={"followers": 812}, facts={"kind": "affiliate"},
        )  # fmt: skip
        validate, users, _ = server.asked
        assert validate.headers["authorization"] == f"OAuth {TOKEN}"
        assert (users.headers["authorization"], users.headers["client-id"]) == (f"Bearer {TOKEN}", "client-1")

    def test_without_the_right_there_are_no_followers(self, server, app):
        server.on("GET", "/users", status(200, {"data": [USER]}))
        server.on("GET", "/channels/followers", status(401, {"message": "Missing scope"}))
        (account,) = TwitchIdentity().accounts(app, Grant("t"))
        assert account.figures == {}

    def test_a_dead_token_wants_a_person(self, server, call):
        server.on("GET", "/validate", status(401, {"status": 401, "message": "invalid access token"}))
        with pytest.raises(http.AuthExpired):
            TwitchIdentity().account(call("141"))

    @pytest.mark.parametrize("code", [200, 400])
    def test_a_grant_is_given_back_once_or_twice(self, server, app, code):
        server.on("POST", "/revoke", status(code, {"message": "Invalid token"}))
        TwitchIdentity().revoke(app, Grant("t1"))
        assert form_of(server.asked[0]) == {"client_id": "client-1", "token": "t1"}


class TestRestream:
    def test_the_token_address_takes_basic(self, server, app):
        server.on(
            "POST", "/token", status(200, {**LIVE, "refreshTokenExpiresEpoch": 1_798_761_600, "scope": "a b"})
        )
        grant = RestreamIdentity().exchange(app, code="c", redirect_uri="http://here", verifier="v")
        assert (grant.access_token, grant.scopes) == ("t1", ("a", "b"))
        assert grant.refresh_expires_at == datetime(2027, 1, 1, tzinfo=UTC)
        pair = b64encode(f"client-1:{SECRET}".encode()).decode()
        assert server.asked[0].headers["authorization"] == f"Basic {pair}"
        assert "client_secret" not in form_of(server.asked[0])

    def test_a_renewal_brings_a_new_pair(self, server, app):
        server.on("POST", "/token", status(200, {**LIVE, "access_token": "t2", "refresh_token": "r2"}))
        fresh = RestreamIdentity().refresh(app, Grant("t1", "r1", scopes=("a",)))
        assert (fresh.access_token, fresh.refresh_token, fresh.scopes) == ("t2", "r2", ("a",))

    def test_where_nothing_is_said_all_scopes_are_taken_as_given(self, server, app):
        server.on("POST", "/token", status(200, LIVE))
        grant = RestreamIdentity().exchange(app, code="c", redirect_uri="http://here", verifier="v")
        assert grant.scopes == tuple(RESTREAM_SCOPES)

    def test_the_account_counts_its_channels(self, server, call):
        server.on(
            "GET", "/user/profile", status(200, {"id": 5, "username": "kitchen", "email": "k@example.com"})
        )
        server.on("GET", "/user/channel/all", status(200, [{"id": 1}, {"id": 2}]))
        account = RestreamIdentity().account(call("5"))
        assert (account.external_id, account.name, dict(account.figures)) == ("5", "kitchen", {"channels": 2})
