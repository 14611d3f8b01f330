"""Signing in with Apple, against a counterpart that holds to its rules (ACC-02)."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.apple.views import AppleOAuth2Adapter
from django.test import Client
from environ import Env

from apps.accounts.models import Session, User
from apps.core.personal_data import parts_of
from config.settings import sign_in
from tests.accounts import provider_urls
from tests.accounts.apple_counterpart import CLIENT, KEY_ID, TEAM, Apple, client_key
from tests.accounts.people import confirmed, is_in
from tests.core.http_loopback import nothing, running

pytestmark = [pytest.mark.django_db, pytest.mark.spec("ACC-02")]
BEGIN, CALLBACK, SIGNUP = (
    "/accounts/apple/login/",
    "/accounts/apple/login/callback/",
    "/accounts/providers/signup/",
)
CLAIMS = {"sub": "001234.abcdef.0001", "email": "x1@privaterelay.appleid.com", "email_verified": "true"}
NAME = {"firstName": "Nora", "lastName": "New"}
DETAILS = {"display_name": "Nora New", "email": CLAIMS["email"], "birth_date": "1990-02-28"}


@pytest.fixture
def apple(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Apple]:
    text, public = client_key()

    class Environment(Env):
        ENVIRON = {
            "APPLE_SIGN_IN_ID": CLIENT,
            "APPLE_SIGN_IN_KEY_ID": KEY_ID,
            "APPLE_SIGN_IN_TEAM_ID": TEAM,
            "APPLE_SIGN_IN_KEY": text.replace("\n", "\\n"),  # one line, as in an environment file
        }

    settings.ROOT_URLCONF = provider_urls.__name__
    settings.SOCIALACCOUNT_PROVIDERS = sign_in.from_environment(Environment())
    with running() as loopback:
        counterpart = Apple(loopback, public, dict(CLAIMS), dict(NAME))
        monkeypatch.setattr(AppleOAuth2Adapter, "access_token_url", counterpart.token_url)
        monkeypatch.setattr(AppleOAuth2Adapter, "public_key_url", counterpart.keys_url)
        yield counterpart


def post_back(client: Client, form: dict[str, str]) -> Any:
    """A form that another site posts: no cookie of ours that is SameSite=Lax comes with it, nor a CSRF token."""
    across = Client(enforce_csrf_checks=True)
    answer = across.post(CALLBACK, form, headers={"origin": "https://appleid.apple.com"})
    client.cookies.update(across.cookies)
    return client.get(answer["Location"]) if answer.status_code == 302 else answer


def come_back(client: Client, apple: Apple) -> Any:
    return post_back(client, apple.authorize(client.post(BEGIN)["Location"]))


def sign_up(client: Client, apple: Apple) -> None:
    come_back(client, apple)
    client.post(SIGNUP, DETAILS)


def test_person_signs_up_and_in_though_the_name_comes_once(client: Client, apple: Apple) -> None:
    come_back(client, apple)
    page = client.get(SIGNUP).content.decode()
    assert 'value="Nora New"' in page
    client.post(SIGNUP, DETAILS)
    assert is_in(client)
    again = Client()
    come_back(again, apple)
    assert is_in(again)
    person = User.objects.get()
    assert (person.email, person.display_name) == (CLAIMS["email"], "Nora New")
    assert apple.refusals == []


def test_person_who_broke_off_the_first_time_types_the_name(client: Client, apple: Apple) -> None:
    come_back(Client(), apple)
    come_back(client, apple)
    assert "Nora" not in client.get(SIGNUP).content.decode()
    assert client.post(SIGNUP, {**DETAILS, "display_name": ""}).status_code == 200
    client.post(SIGNUP, DETAILS)
    assert User.objects.get().display_name == "Nora New"


def test_account_with_a_password_is_never_taken_over(client: Client, apple: Apple, alice: User) -> None:
    confirmed(alice)
    apple.claims["email"] = alice.email
    come_back(client, apple)
    client.post(SIGNUP, {**DETAILS, "email": alice.email})
    assert not is_in(client)
    assert SocialAccount.objects.count() == 0


def test_address_that_apple_does_not_vouch_for_is_confirmed_here(client: Client, apple: Apple) -> None:
    apple.claims["email_verified"] = "false"
    sign_up(client, apple)
    assert not is_in(client)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "com.example.another"},
        {"iss": "https://apple.example"},
        {"exp": 1},
    ],
)
def test_token_for_another_or_of_another_or_of_yesterday_is_refused(
    client: Client, apple: Apple, changes: dict[str, Any]
) -> None:
    apple.claims.update(changes)
    assert "That did not work" in come_back(client, apple).content.decode()
    assert not is_in(client)


def test_token_by_another_key_is_refused(client: Client, apple: Apple) -> None:
    with running() as loopback:
        apple.key = Apple(loopback, apple.known, {}, {}).key
    assert "That did not work" in come_back(client, apple).content.decode()


def test_secret_by_another_key_is_refused_there(client: Client, apple: Apple) -> None:
    apple.known = client_key()[1]
    assert "That did not work" in come_back(client, apple).content.decode()
    assert apple.refusals == ["invalid_client"]


def test_answer_that_was_not_asked_for_is_refused(client: Client, apple: Apple) -> None:
    form = apple.authorize(Client().post(BEGIN)["Location"])
    assert "That did not work" in post_back(client, form).content.decode()
    assert (is_in(client), apple.loopback.asked) == (False, [])


def test_code_is_good_once(client: Client, apple: Apple) -> None:
    form = apple.authorize(client.post(BEGIN)["Location"])
    post_back(client, form)
    assert "That did not work" in post_back(client, form).content.decode()


def test_apple_that_breaks_off_gets_a_page_with_a_way_on(client: Client, apple: Apple) -> None:
    apple.loopback.on("POST", "/auth/token", nothing)
    assert "That did not work" in come_back(client, apple).content.decode()


def test_person_who_cancels_there_is_told_so(client: Client, apple: Apple) -> None:
    state = apple.authorize(client.post(BEGIN)["Location"])["state"]
    page = post_back(client, {"error": "user_cancelled_authorize", "state": state})
    if page.status_code == 302:
        page = client.get(page["Location"])
    assert "Cancelled" in page.content.decode() or "That did not work" in page.content.decode()


def test_no_token_is_kept_anywhere(client: Client, apple: Apple) -> None:
    come_back(client, apple)
    assert not any("a-token" in str(row.get_decoded()) for row in Session.objects.all())
    client.post(SIGNUP, DETAILS)
    come_back(Client(), apple)
    kept = SocialAccount.objects.get().extra_data
    assert kept.keys() & {"access_token", "refresh_token", "id_token"} == set()
    assert kept["sub"] == CLAIMS["sub"]
    assert "a-token" not in str([part.rows for _, part in parts_of(User.objects.get())])


def test_button_is_there_when_the_keys_are(client: Client, apple: Apple) -> None:
    assert "Continue with Apple" in client.get("/accounts/login/").content.decode()
