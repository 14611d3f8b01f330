"""Who somebody is at Zoom and Microsoft Teams, with the documented bodies (CON-01)."""

from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from apps.connections.adapters import Account, Grant
from apps.connections.errors import NotConnected
from apps.connections.platforms.oauth import challenge
from apps.connections.platforms.teams.identity import PERSONAL_TENANT, TeamsIdentity
from apps.connections.platforms.teams.identity import SCOPES as TEAMS_SCOPES
from apps.connections.platforms.zoom.identity import SCOPES as ZOOM_SCOPES
from apps.connections.platforms.zoom.identity import ZoomIdentity
from apps.core import http
from tests.connections.conftest import SECRET, TOKEN
from tests.connections.test_stream_identities import form_of
from tests.core.http_loopback import status

PAIR = b64encode(f"client-1:{SECRET}".encode()).decode()
ZOOM_TOKENS = {
    "access_token": "z1", "token_type": "bearer", "refresh_token": "zr1", "expires_in": 3599,
    "scope": " ".join(ZOOM_SCOPES), "api_url": "https://api.zoom.us",
}  # fmt: skip
ZOOM_USER = {
    "id": "z9jk", "first_name": "Night", "last_name": "Kitchen", "display_name": "Night Kitchen",
    "email": "night@kitchen.example", "type": 2, "pic_url": "https://cdn.example/p.png",
}  # fmt: skip
TEAMS_TOKENS = {
    "token_type": "Bearer", "scope": "openid profile User.Read OnlineMeetings.ReadWrite", "expires_in": 3900,
    "access_token": "t1", "refresh_token": "tr1",
}  # fmt: skip
TEAMS_USER = {
    "id": "8c1d", "displayName": "Night Kitchen", "mail": "n@k.example", "userPrincipalName": "night@k.example",
}  # fmt: skip


def id_token(tenant: str) -> str:
    return jwt.encode({"tid": tenant}, "a word that nobody checks, but long enough", algorithm="HS256")


class TestZoom:
    def test_the_address_has_a_challenge_and_names_no_scopes(self, app):
        url = ZoomIdentity().authorize_url(app, redirect_uri="http://here", state="s", verifier="v")
        assert parse_qs(urlsplit(url).query) == {
            "response_type": ["code"], "client_id": ["client-1"], "redirect_uri": ["http://here"], "state": ["s"],
            "code_challenge": [challenge("v")], "code_challenge_method": ["S256"],
        }  # fmt: skip

    def test_a_code_is_exchanged_by_basic_and_with_its_verifier(self, server, app):
        server.on("POST", "/token", status(200, ZOOM_TOKENS))
        grant = ZoomIdentity().exchange(app, code="c", redirect_uri="http://here", verifier="v")
        assert (grant.access_token, grant.refresh_token, grant.scopes) == ("z1", "zr1", tuple(ZOOM_SCOPES))
        assert form_of(server.asked[0]) == {
            "grant_type": "authorization_code", "code": "c", "redirect_uri": "http://here", "code_verifier": "v",
        }  # fmt: skip
        assert server.asked[0].headers["authorization"] == f"Basic {PAIR}"

    def test_a_renewal_brings_the_next_refresh_token(self, server, app):
        server.on(
            "POST", "/token", status(200, {**ZOOM_TOKENS, "access_token": "z2", "refresh_token": "zr2"})
        )
        fresh = ZoomIdentity().refresh(app, Grant("z1", "zr1", scopes=("a",)))
        assert (fresh.access_token, fresh.refresh_token) == ("z2", "zr2")
        assert form_of(server.asked[0]) == {"grant_type": "refresh_token", "refresh_token": "zr1"}

    def test_the_account_is_the_user(self, server, call):
        server.on("GET", "/users/me", status(200, ZOOM_USER))
        assert ZoomIdentity().account(call("z9jk")) == Account(
            "z9jk", "Night Kitchen", "night@kitchen.example", "https://cdn.example/p.png", "https://zoom.us/profile",
            facts={"plan": "licensed"},
        )  # fmt: skip
        assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"

    def test_a_grant_of_somebody_else_wants_a_person(self, server, call):
        server.on("GET", "/users/me", status(200, ZOOM_USER))
        with pytest.raises(http.AuthExpired, match="another account"):
            ZoomIdentity().account(call("other"))

    @pytest.mark.parametrize("code", [200, 400])
    def test_a_grant_is_given_back_once_or_twice(self, server, app, code):
        server.on("POST", "/revoke", status(code, {"status": "success"}))
        ZoomIdentity().revoke(app, Grant("z1", "zr1"))
        assert form_of(server.asked[0]) == {"token": "z1"}
        assert server.asked[0].headers["authorization"] == f"Basic {PAIR}"

    def test_a_fault_while_it_is_given_back_is_said(self, server, app):
        server.on("POST", "/revoke", status(503))
        with pytest.raises(http.Unavailable):
            ZoomIdentity().revoke(app, Grant("z1", "zr1"))


class TestTeams:
    def test_the_address_has_a_challenge_and_all_scopes(self, app):
        url = TeamsIdentity().authorize_url(app, redirect_uri="http://here", state="s", verifier="v")
        asked = parse_qs(urlsplit(url).query)
        assert asked["scope"] == ["openid profile User.Read OnlineMeetings.ReadWrite offline_access"]
        assert (asked["code_challenge"], asked["code_challenge_method"]) == ([challenge("v")], ["S256"])
        assert (asked["response_mode"], asked["state"]) == (["query"], ["s"])

    def test_what_is_not_named_among_the_scopes_is_known_by_its_tokens(self, server, app):
        said = {**TEAMS_TOKENS, "scope": "https://graph.microsoft.com/user.read OnlineMeetings.ReadWrite"}
        server.on("POST", "/token", status(200, {**said, "id_token": id_token("a-school")}))
        grant = TeamsIdentity().exchange(app, code="c", redirect_uri="http://here", verifier="v")
        assert grant.scopes == tuple(TEAMS_SCOPES)
        assert form_of(server.asked[0]) == {
            "client_id": "client-1", "client_secret": SECRET, "grant_type": "authorization_code", "code": "c",
            "redirect_uri": "http://here", "code_verifier": "v",
        }  # fmt: skip

    def test_what_was_not_given_is_missing(self, server, app):
        said = {**TEAMS_TOKENS, "scope": "openid profile User.Read"}
        server.on("POST", "/token", status(200, {**said, "refresh_token": None}))
        grant = TeamsIdentity().exchange(app, code="c", redirect_uri="http://here", verifier="v")
        assert set(TEAMS_SCOPES) - set(grant.scopes) == {"OnlineMeetings.ReadWrite", "offline_access"}

    def test_a_personal_account_is_turned_away_in_plain_words(self, server, app):
        server.on("POST", "/token", status(200, {**TEAMS_TOKENS, "id_token": id_token(PERSONAL_TENANT)}))
        with pytest.raises(NotConnected, match="only work and school accounts"):
            TeamsIdentity().exchange(app, code="c", redirect_uri="http://here", verifier="v")

    def test_a_renewal_asks_for_what_was_given(self, server, app):
        server.on(
            "POST", "/token", status(200, {**TEAMS_TOKENS, "access_token": "t2", "refresh_token": "tr2"})
        )
        given = ("User.Read", "offline_access")
        fresh = TeamsIdentity().refresh(app, Grant("t1", "tr1", scopes=given))
        assert (fresh.access_token, fresh.refresh_token) == ("t2", "tr2")
        assert form_of(server.asked[0])["scope"] == "User.Read offline_access"

    def test_the_account_is_the_user(self, server, call):
        server.on("GET", "/me", status(200, TEAMS_USER))
        assert TeamsIdentity().account(call("8c1d")) == Account(
            "8c1d", "Night Kitchen", "night@k.example", link="https://teams.microsoft.com/"
        )
        with pytest.raises(http.AuthExpired, match="another account"):
            TeamsIdentity().account(call("other"))

    @pytest.mark.parametrize(
        ("description", "words"),
        [
            (
                "AADSTS90094: The grant requires admin permission.",
                "an administrator of your organisation has to",
            ),
            ("AADSTS700016: Application was not found in the directory.", "TEAMS_CLIENT_ID and TEAMS_TENANT"),
            ("AADSTS50020: User account from identity provider 'live.com'", "only work and school accounts"),
            ("AADSTS99999999: Something new.", ""),
            ("", ""),
        ],
    )
    def test_what_comes_back_instead_of_a_code_has_a_sentence(self, description, words):
        said = TeamsIdentity().why_refused("access_denied", description)
        assert words in said
        assert bool(said) == bool(words)


IDENTITIES = [(ZoomIdentity(), "/users/me"), (TeamsIdentity(), "/me")]


@pytest.mark.parametrize(("identity", "path"), IDENTITIES)
@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (status(401, {}), http.AuthExpired),
        (status(429, {}, Retry_After="7"), http.RateLimited),
        (status(503, {}), http.Unavailable),
        (status(200, {}), http.Unavailable),  # who it is, is not said
        (status(200, b"<html>"), http.Unavailable),
    ],
)
def test_a_check_says_what_is_wrong(server, call, identity, path, answers, kind):
    server.on("GET", path, answers)
    with pytest.raises(kind):
        identity.account(call("z9jk"))


@pytest.mark.parametrize(("identity", "path"), IDENTITIES)
def test_a_token_that_does_not_come_is_no_grant(server, app, identity, path):
    server.on("POST", "/token", status(200, {"token_type": "bearer"}))
    with pytest.raises(http.Unavailable, match="sent no token"):
        identity.refresh(app, Grant("t1", "r1"))


@pytest.mark.parametrize(
    ("identity", "secrets"),
    [(ZoomIdentity(), ("r1-secret", SECRET, PAIR)), (TeamsIdentity(), ("r1-secret", SECRET))],
)
def test_no_secret_stands_in_an_error(server, app, identity, secrets):
    said = f"of {' and '.join(secrets)}"
    body = {"error": "invalid_grant", "reason": said, "error_description": said}
    server.on("POST", "/token", status(400, body))
    with pytest.raises(http.AuthExpired) as refused:
        identity.refresh(app, Grant("t1", "r1-secret"))
    kept = str(vars(refused.value))
    assert [secret for secret in secrets if secret in kept] == []
