"""The stand-ins of Zoom, Microsoft and Jitsi."""

from datetime import timedelta

import httpx
import pytest
import time_machine
from django.utils import timezone

from tests.sandbox.clients import BACK, VERIFIER, Api, address, challenge, consent
from tests.sandbox.live import Sandbox

pytestmark = pytest.mark.spec("SBX-01", "SBX-03")
ZOOM = httpx.BasicAuth("sandbox-zoom", "sandbox-secret")
TEAMS = {"client_id": "sandbox-teams", "client_secret": "sandbox-secret"}
APP_ID = "vpaas-magic-cookie-0123456789abcdef"


def zoom_tokens(
    sandbox: Sandbox, form: dict[str, str], auth: httpx.BasicAuth | None = ZOOM
) -> httpx.Response:
    return httpx.post(f"{sandbox.url}/zoom/oauth/token", data=form, auth=auth)


def test_zoom_from_consent_to_user(sandbox: Sandbox) -> None:
    person = sandbox.account("zoom", "Night Kitchen")
    url = address(
        f"{sandbox.url}/zoom/oauth/authorize",
        client_id="sandbox-zoom",
        redirect_uri=BACK,
        response_type="code",
        state="s",
        code_challenge=challenge(),
        code_challenge_method="S256",
    )
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, "code": consent(url, person)["code"]}
    wrong = zoom_tokens(sandbox, {**form, "code_verifier": "guessed"})
    in_form = zoom_tokens(
        sandbox, {**form, "client_id": "sandbox-zoom", "client_secret": "sandbox-secret"}, None
    )
    tokens = zoom_tokens(sandbox, {**form, "code_verifier": VERIFIER}).json()
    user = Api(f"{sandbox.url}/zoom", tokens["access_token"])("GET", "v2/users/me").json()
    assert (wrong.status_code, wrong.json()["reason"]) == (400, "Invalid authorization code")
    assert (in_form.status_code, in_form.json()["error"]) == (401, "invalid_client")
    assert (user["id"], user["display_name"], user["type"]) == (person.external_id, "Night Kitchen", 2)


def test_zoom_s_refresh_token_is_good_once(sandbox: Sandbox) -> None:
    tokens = sandbox.tokens(sandbox.account("zoom"))
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    fresh, again = zoom_tokens(sandbox, form).json(), zoom_tokens(sandbox, form)
    next_one = zoom_tokens(sandbox, {**form, "refresh_token": fresh["refresh_token"]})
    assert (again.status_code, again.json()) == (400, {"reason": "Invalid Token!", "error": "invalid_grant"})
    assert next_one.status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        late = Api(f"{sandbox.url}/zoom", fresh["access_token"])("GET", "v2/users/me")
    assert (late.status_code, late.json()) == (401, {"code": 124, "message": "Access token is expired."})


def test_zoom_takes_a_grant_back(sandbox: Sandbox) -> None:
    tokens = sandbox.tokens(sandbox.account("zoom"))
    revoke = {"token": tokens.access_token}
    first = httpx.post(f"{sandbox.url}/zoom/oauth/revoke", data=revoke, auth=ZOOM)
    second = httpx.post(f"{sandbox.url}/zoom/oauth/revoke", data=revoke, auth=ZOOM)
    renewed = zoom_tokens(sandbox, {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token})
    assert (first.json(), second.status_code, renewed.status_code) == ({"status": "success"}, 400, 400)


def test_zoom_names_the_missing_scope_and_slows_callers_down(sandbox: Sandbox) -> None:
    account = sandbox.account("zoom")
    few = Api(f"{sandbox.url}/zoom", sandbox.tokens(account, scopes=("meeting:read:meeting",)).access_token)
    refused = few("GET", "v2/users/me")
    sandbox.fail("zoom", "rate_limited", amount=9, times=1)
    slowed = few("GET", "v2/users/me")
    assert (refused.status_code, refused.json()["code"]) == (400, 4711)
    assert (slowed.status_code, slowed.headers["retry-after"], slowed.json()["code"]) == (429, "9", 429)


def microsoft(sandbox: Sandbox, form: dict[str, str]) -> httpx.Response:
    return httpx.post(f"{sandbox.url}/microsoft/organizations/oauth2/v2.0/token", data={**TEAMS, **form})


def test_microsoft_renews_and_names_what_is_wrong_by_number(sandbox: Sandbox) -> None:
    account = sandbox.account("microsoft")
    tokens = sandbox.tokens(account)
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token, "scope": "User.Read"}
    renewed = microsoft(sandbox, form).json()
    numbers = [
        microsoft(sandbox, {**form, **change}).json()["error_codes"][0]
        for change in (
            {"client_secret": "wrong"},
            {"client_id": "unknown"},
            {"refresh_token": "unknown"},
            {"scope": "Files.ReadWrite.All"},
            {"grant_type": "password"},
        )
    ]
    assert "offline_access" not in renewed["scope"].split()
    assert numbers == [7000215, 700016, 9002313, 65001, 70003]
    tokens.grant.revoked_at = timezone.now()
    tokens.grant.save()
    gone = microsoft(sandbox, {**form, "refresh_token": renewed["refresh_token"]}).json()
    assert (gone["error"], gone["error_codes"]) == ("invalid_grant", [50173])
    assert gone["error_description"].startswith("AADSTS50173: ")


def test_graph_says_who_and_refuses_without_the_right(sandbox: Sandbox) -> None:
    account = sandbox.account("microsoft", "Night Kitchen")
    user = Api(f"{sandbox.url}/microsoft", sandbox.tokens(account).access_token)("GET", "v1.0/me").json()
    few = Api(f"{sandbox.url}/microsoft", sandbox.tokens(account, scopes=("openid",)).access_token)
    refused, nobody = few("GET", "v1.0/me"), Api(f"{sandbox.url}/microsoft")("GET", "v1.0/me")
    assert (user["id"], user["userPrincipalName"]) == (account.external_id, "night.kitchen@kitchen.example")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "Authorization_RequestDenied")
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_jitsi_has_rooms_and_the_script_that_embeds_them(sandbox: Sandbox) -> None:
    script = httpx.get(f"{sandbox.url}/jitsi/external_api.js")
    found = [
        httpx.get(f"{sandbox.url}/jitsi/{path}").status_code
        for path in ("Kitchen", f"{APP_ID}/Kitchen", f"{APP_ID}/external_api.js", "other/external_api.js")
    ]
    assert "JitsiMeetExternalAPI" in script.text
    assert script.headers["content-type"] == "application/javascript"
    assert found == [200, 200, 200, 404]
