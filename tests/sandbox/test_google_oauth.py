"""Google's OAuth 2 as the stand-in speaks it: consent, one-time codes, PKCE, refresh, revoke."""

from datetime import timedelta

import httpx
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.sandbox.clients import BACK, VERIFIER, Api, address, challenge, consent
from tests.sandbox.live import Sandbox

CLIENT = {"client_id": "sandbox-youtube", "client_secret": "sandbox-secret"}
SCOPE = "https://www.googleapis.com/auth/youtube.readonly"


def authorize_url(sandbox: Sandbox, **more: str) -> str:
    query = {
        "client_id": "sandbox-youtube",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": SCOPE,
        "state": "s1",
        "access_type": "offline",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
        **more,
    }
    return address(f"{sandbox.url}/google/o/oauth2/v2/auth", **query)


def exchange(sandbox: Sandbox, code: str, **more: str) -> httpx.Response:
    form = {
        **CLIENT,
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **more,
    }
    return httpx.post(f"{sandbox.url}/google/token", data=form)


def refresh(sandbox: Sandbox, token: str) -> httpx.Response:
    form = {**CLIENT, "grant_type": "refresh_token", "refresh_token": token}
    return httpx.post(f"{sandbox.url}/google/token", data=form)


@pytest.mark.spec("SBX-01", "SBX-02")
def test_consent_leads_to_a_token_that_reaches_the_chosen_channel(sandbox: Sandbox) -> None:
    channel = sandbox.account("google", "Bread and Salt")
    back = consent(authorize_url(sandbox), channel)
    body = exchange(sandbox, back["code"]).json()
    api = Api(f"{sandbox.url}/google", body["access_token"])
    mine = api("GET", "youtube/v3/channels?part=id,snippet&mine=true").json()
    assert back["state"] == "s1"
    assert set(body) == {"access_token", "expires_in", "refresh_token", "scope", "token_type"}
    assert (body["expires_in"], body["scope"], body["token_type"]) == (3599, SCOPE, "Bearer")
    assert [(one["id"], one["snippet"]["title"]) for one in mine["items"]] == [
        (channel.external_id, "Bread and Salt")
    ]


def test_code_is_good_once(sandbox: Sandbox) -> None:
    code = consent(authorize_url(sandbox))["code"]
    assert exchange(sandbox, code).status_code == 200
    again = exchange(sandbox, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("more", "status", "error"),
    [
        ({"code_verifier": "another"}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"redirect_uri": "https://evil.example/"}, 400, "invalid_grant"),
        ({"client_id": "sandbox-other"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_exchange_refuses(sandbox: Sandbox, more: dict[str, str], status: int, error: str) -> None:
    answer = exchange(sandbox, consent(authorize_url(sandbox))["code"], **more)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_code_expires(sandbox: Sandbox) -> None:
    code = consent(authorize_url(sandbox))["code"]
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert exchange(sandbox, code).json()["error"] == "invalid_grant"


def test_access_token_ends_and_a_refresh_brings_another_one_but_no_new_refresh_token(
    sandbox: Sandbox,
) -> None:
    tokens = sandbox.tokens(sandbox.account("google"))
    api = Api(f"{sandbox.url}/google", tokens.access_token)
    assert api("GET", "youtube/v3/channels?part=id&mine=true").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        refused = api("GET", "youtube/v3/channels?part=id&mine=true")
        body = refresh(sandbox, tokens.refresh_token).json()
        fresh = Api(api.base, body["access_token"])("GET", "youtube/v3/channels?part=id&mine=true")
    assert (refused.status_code, refused.json()["error"]["errors"][0]["reason"]) == (401, "authError")
    assert "refresh_token" not in body
    assert fresh.status_code == 200


def test_revoked_grant_refuses_both_tokens(sandbox: Sandbox) -> None:
    tokens = sandbox.tokens(sandbox.account("google"))
    assert httpx.post(f"{sandbox.url}/google/revoke", data={"token": tokens.refresh_token}).status_code == 200
    api = Api(f"{sandbox.url}/google", tokens.access_token)
    assert api("GET", "youtube/v3/channels?part=id&mine=true").status_code == 401
    refused = refresh(sandbox, tokens.refresh_token)
    assert (refused.status_code, refused.json()) == (
        400,
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
    )
    again = httpx.post(f"{sandbox.url}/google/revoke", data={"token": tokens.refresh_token})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")


def test_without_offline_there_is_no_refresh_token(sandbox: Sandbox) -> None:
    code = consent(authorize_url(sandbox, access_type="online"))["code"]
    assert "refresh_token" not in exchange(sandbox, code).json()


def test_person_may_refuse(sandbox: Sandbox) -> None:
    assert consent(authorize_url(sandbox), refuse="1") == {"error": "access_denied", "state": "s1"}


def test_unticked_scope_is_not_granted(sandbox: Sandbox) -> None:
    upload = "https://www.googleapis.com/auth/youtube.upload"
    back = consent(authorize_url(sandbox, scope=f"{SCOPE} {upload}"), scopes=[upload])
    body = exchange(sandbox, back["code"]).json()
    refused = Api(f"{sandbox.url}/google", body["access_token"])(
        "GET", "youtube/v3/channels?part=id&mine=true"
    )
    assert body["scope"] == upload
    assert (refused.status_code, refused.json()["error"]["errors"][0]["reason"]) == (
        403,
        "insufficientPermissions",
    )


def test_person_may_make_a_new_account(sandbox: Sandbox) -> None:
    back = consent(authorize_url(sandbox), name="Fresh Channel")
    token = exchange(sandbox, back["code"]).json()["access_token"]
    mine = Api(f"{sandbox.url}/google", token)("GET", "youtube/v3/channels?part=snippet&mine=true").json()
    assert mine["items"][0]["snippet"]["title"] == "Fresh Channel"


def test_new_account_wants_a_name(sandbox: Sandbox) -> None:
    browser = Client()
    page = browser.get(authorize_url(sandbox), follow=True)
    where = f"{page.request['PATH_INFO']}?{page.request['QUERY_STRING']}"
    answer = browser.post(where, {"account": "new", "name": " ", "scopes": [SCOPE]})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"name": ["Give the new account a name."]}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"client_id": "somebody"}, 401),
        ({"redirect_uri": "javascript:alert(1)"}, 400),
        ({"response_type": "token"}, 400),
        ({"code_challenge_method": "plain"}, 400),
        ({"scope": ""}, 400),
    ],
)
def test_wrong_request_for_consent_is_told_to_the_person(
    sandbox: Sandbox, more: dict[str, str], status: int
) -> None:
    answer = httpx.get(authorize_url(sandbox, **more))
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")


def test_question_that_was_changed_on_its_way_is_not_asked(sandbox: Sandbox) -> None:
    answer = Client().get("/sandbox/consent/?asked=eyJhIjoxfQ:changed")
    assert answer.status_code == 400
    assert "too old" in answer.content.decode()


def test_consent_page_lets_its_form_lead_back_to_the_application_only(sandbox: Sandbox) -> None:
    page = Client().get(authorize_url(sandbox), follow=True)
    policy = page["Content-Security-Policy"].split("; ")
    assert "form-action 'self' https://accounts.google.com https://studio.example" in policy
