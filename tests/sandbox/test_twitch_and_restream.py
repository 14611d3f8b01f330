"""Identity at Twitch's and Restream's stand-ins."""

from datetime import timedelta

import httpx
import pytest
import time_machine
from django.utils import timezone

from tests.sandbox.clients import BACK, VERIFIER, Api, address, challenge, consent
from tests.sandbox.live import Sandbox

pytestmark = pytest.mark.spec("SBX-01", "SBX-03")
TWITCH = {"client_id": "sandbox-twitch", "client_secret": "sandbox-secret"}
HEAD = {"Client-Id": "sandbox-twitch"}


def test_twitch_from_consent_to_stream_key(sandbox: Sandbox) -> None:
    channel = sandbox.account("twitch", "NightLive")
    base = f"{sandbox.url}/twitch"
    url = address(
        f"{base}/oauth2/authorize",
        client_id="sandbox-twitch",
        redirect_uri=BACK,
        response_type="code",
        scope="user:read:email channel:read:stream_key channel:manage:broadcast",
        state="s",
    )
    form = {
        **TWITCH,
        "grant_type": "authorization_code",
        "redirect_uri": BACK,
        "code": consent(url, channel)["code"],
    }
    tokens = httpx.post(f"{base}/oauth2/token", data=form).json()
    api = Api(base, tokens["access_token"])
    user = api("GET", "helix/users", headers=HEAD).json()["data"][0]
    mine = {"broadcaster_id": user["id"]}
    key = api("GET", "helix/streams/key", params=mine, headers=HEAD).json()["data"][0]["stream_key"]
    same = api("GET", "helix/streams/key", params=mine, headers=HEAD).json()["data"][0]["stream_key"]
    valid = httpx.get(f"{base}/oauth2/validate", headers={"Authorization": f"OAuth {api.token}"}).json()
    changed = api(
        "PATCH", "helix/channels", params=mine, headers=HEAD, json={"title": "Bread", "tags": ["baking"]}
    )
    shown = api("GET", "helix/channels", params=mine, headers=HEAD).json()["data"][0]
    assert tokens["scope"] == ["user:read:email", "channel:read:stream_key", "channel:manage:broadcast"]
    assert (user["display_name"], user["email"]) == ("NightLive", "nightlive@example.com")
    assert (key == same, key.startswith(f"live_{user['id']}_")) == (True, True)
    assert (valid["login"], valid["user_id"]) == ("nightlive", user["id"])
    assert (changed.status_code, shown["title"], shown["tags"]) == (204, "Bread", ["baking"])


def test_twitch_refresh_validate_revoke(sandbox: Sandbox) -> None:
    tokens = sandbox.tokens(sandbox.account("twitch"))
    base = f"{sandbox.url}/twitch"
    form = {**TWITCH, "grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    fresh = httpx.post(f"{base}/oauth2/token", data=form).json()
    revoked = httpx.post(f"{base}/oauth2/revoke", data={**TWITCH, "token": fresh["access_token"]})
    valid = httpx.get(f"{base}/oauth2/validate", headers={"Authorization": f"OAuth {fresh['access_token']}"})
    again = httpx.post(f"{base}/oauth2/token", data=form)
    assert (fresh["refresh_token"], revoked.status_code, valid.status_code) == (
        tokens.refresh_token,
        200,
        401,
    )
    assert (again.status_code, again.json()["message"]) == (400, "Invalid refresh token")


def test_twitch_wants_the_client_s_id_and_counts_points(sandbox: Sandbox) -> None:
    api = Api(f"{sandbox.url}/twitch", sandbox.tokens(sandbox.account("twitch")).access_token)
    without = api("GET", "helix/users")
    first, second = api("GET", "helix/users", headers=HEAD), api("GET", "helix/users", headers=HEAD)
    sandbox.fail("twitch", "rate_limited", times=1)
    refused = api("GET", "helix/users", headers=HEAD)
    left = [int(one.headers["ratelimit-remaining"]) for one in (first, second)]
    assert (without.status_code, without.json()["error"]) == (401, "Unauthorized")
    assert left[0] - left[1] == 1
    assert (refused.status_code, refused.headers["ratelimit-remaining"]) == (429, "0")


def test_twitch_keeps_a_key_from_who_may_not_stream(sandbox: Sandbox) -> None:
    channel = sandbox.account("twitch", no_streaming=True)
    api = Api(f"{sandbox.url}/twitch", sandbox.tokens(channel).access_token)
    own = api("GET", f"helix/streams/key?broadcaster_id={channel.external_id}", headers=HEAD)
    other = api("GET", "helix/streams/key?broadcaster_id=1", headers=HEAD)
    assert (own.status_code, other.status_code) == (403, 401)


def test_restream_from_consent_to_stream_key(sandbox: Sandbox) -> None:
    person = sandbox.account("restream", "Night Kitchen")
    base = f"{sandbox.url}/restream"
    url = address(
        f"{base}/login",
        client_id="sandbox-restream",
        redirect_uri=BACK,
        response_type="code",
        state="s",
        scope="profile.read channels.read channels.write stream.read",
        code_challenge=challenge(),
        code_challenge_method="S256",
    )
    form = {
        "grant_type": "authorization_code",
        "redirect_uri": BACK,
        "code": consent(url, person)["code"],
        "code_verifier": VERIFIER,
    }
    secret = httpx.BasicAuth("sandbox-restream", "sandbox-secret")
    tokens = httpx.post(f"{base}/oauth/token", data=form, auth=secret).json()
    api = Api(base, tokens["access_token"])
    channels = api("GET", "v2/user/channel/all").json()
    one = channels[1]["id"]
    api("PATCH", f"v2/user/channel/{one}", json={"active": True})
    api("PATCH", f"v2/user/channel-meta/{one}", json={"title": "Bread"})
    assert api("GET", "v2/user/profile").json()["username"] == "nightkitchen"
    assert [row["enabled"] for row in channels] == [True, False]
    assert api("GET", f"v2/user/channel/{one}").json()["active"] is True
    assert api("GET", f"v2/user/channel-meta/{one}").json() == {"title": "Bread", "description": ""}
    assert api("GET", "v2/user/streamKey").json() == api("GET", "v2/user/streamKey").json()


def test_restream_s_refresh_ends_the_old_pair(sandbox: Sandbox) -> None:
    tokens = sandbox.tokens(sandbox.account("restream"))
    base = f"{sandbox.url}/restream"
    form = {
        "client_id": "sandbox-restream",
        "client_secret": "sandbox-secret",
        "grant_type": "refresh_token",
        "refresh_token": tokens.refresh_token,
    }
    fresh = httpx.post(f"{base}/oauth/token", data=form).json()
    again = httpx.post(f"{base}/oauth/token", data=form)
    old = Api(base, tokens.access_token)("GET", "v2/user/profile")
    new = Api(base, fresh["access_token"])("GET", "v2/user/profile")
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        later = Api(base, fresh["access_token"])("GET", "v2/user/profile")
    assert (again.status_code, again.json()["error"]["name"]) == (400, "invalid_grant")
    assert [old.status_code, new.status_code, later.status_code] == [401, 200, 401]
