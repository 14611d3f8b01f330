"""Signing in with Facebook, against a counterpart that holds to its rules (ACC-02)."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.facebook import flows
from allauth.socialaccount.providers.facebook.views import FacebookOAuth2Adapter
from django.core import mail
from django.test import Client
from environ import Env

from apps.accounts.models import User
from config.settings import sign_in
from tests.accounts import provider_urls
from tests.accounts.facebook_counterpart import CLIENT, SECRET, Facebook
from tests.accounts.people import confirmed, is_in
from tests.core.http_loopback import nothing, running

pytestmark = [pytest.mark.django_db, pytest.mark.spec("ACC-02")]
BEGIN, CALLBACK, SIGNUP = (
    "/accounts/facebook/login/",
    "/accounts/facebook/login/callback/",
    "/accounts/providers/signup/",
)
NORA = {
    "id": "f-1",
    "email": "nora@example.com",
    "name": "Nora New",
    "first_name": "Nora",
    "last_name": "New",
}
DETAILS = {"display_name": "Nora New", "email": "nora@example.com", "birth_date": "1990-02-28"}


class Environment(Env):
    ENVIRON = {"FACEBOOK_SIGN_IN_ID": CLIENT, "FACEBOOK_SIGN_IN_SECRET": SECRET}


@pytest.fixture
def facebook(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Facebook]:
    settings.ROOT_URLCONF = provider_urls.__name__
    settings.SOCIALACCOUNT_PROVIDERS = sign_in.from_environment(Environment())
    with running() as loopback:
        counterpart = Facebook(loopback, dict(NORA))
        monkeypatch.setattr(flows, "GRAPH_API_URL", counterpart.graph_url)
        token_url = f"{counterpart.graph_url}/oauth/access_token"
        monkeypatch.setattr(FacebookOAuth2Adapter, "access_token_url", token_url)
        yield counterpart


def come_back(client: Client, facebook: Facebook) -> Any:
    return client.get(CALLBACK, facebook.authorize(client.post(BEGIN)["Location"]))


def code_of_last_letter() -> str:
    return next(word for word in mail.outbox[-1].body.split() if len(word) in (6, 7, 9) and word.isupper())


def confirm_address(client: Client) -> None:
    client.post("/accounts/confirm-email/", {"code": code_of_last_letter()})


def test_person_signs_up_confirms_the_address_and_signs_in(client: Client, facebook: Facebook) -> None:
    """Facebook does not say that an address is verified, so it is confirmed here."""
    come_back(client, facebook)
    page = client.get(SIGNUP).content.decode()
    assert 'value="Nora New"' in page
    assert 'value="nora@example.com"' in page
    client.post(SIGNUP, DETAILS)
    assert not is_in(client)
    confirm_address(client)
    assert is_in(client)
    person = User.objects.get()
    assert (person.email, person.display_name, person.has_usable_password()) == (
        "nora@example.com",
        "Nora New",
        False,
    )
    again = Client()
    come_back(again, facebook)
    assert is_in(again)
    assert facebook.refusals == []


def test_person_without_an_address_there_gives_one_here(client: Client, facebook: Facebook) -> None:
    del facebook.person["email"]
    come_back(client, facebook)
    assert client.post(SIGNUP, {**DETAILS, "email": ""}).status_code == 200
    assert not User.objects.exists()
    client.post(SIGNUP, {**DETAILS, "email": "nora.here@example.com"})
    assert mail.outbox[-1].to == ["nora.here@example.com"]
    confirm_address(client)
    assert is_in(client)
    assert EmailAddress.objects.get().verified
    again = Client()
    come_back(again, facebook)
    assert is_in(again)


def test_account_with_a_password_is_never_taken_over(client: Client, facebook: Facebook, alice: User) -> None:
    confirmed(alice)
    facebook.person["email"] = alice.email
    come_back(client, facebook)
    client.post(SIGNUP, {**DETAILS, "email": alice.email})
    assert not is_in(client)
    assert SocialAccount.objects.filter(user=alice).count() == 0


def test_calls_carry_the_proof_of_the_secret(client: Client, facebook: Facebook) -> None:
    come_back(client, facebook)
    (me,) = [asked for asked in facebook.loopback.asked if asked.path == "/graph/me"]
    assert len(me.query["appsecret_proof"][0]) == 64
    assert facebook.refusals == []


def test_code_is_good_once(client: Client, facebook: Facebook) -> None:
    query = facebook.authorize(client.post(BEGIN)["Location"])
    client.get(CALLBACK, query)
    assert "That did not work" in client.get(CALLBACK, query).content.decode()


def test_answer_that_was_not_asked_for_is_refused(client: Client, facebook: Facebook) -> None:
    query = facebook.authorize(Client().post(BEGIN)["Location"])
    assert "That did not work" in client.get(CALLBACK, query).content.decode()
    assert (is_in(client), facebook.loopback.asked) == (False, [])


def test_facebook_that_breaks_off_gets_a_page_with_a_way_on(client: Client, facebook: Facebook) -> None:
    facebook.loopback.on("GET", "/graph/me", nothing)
    assert "That did not work" in come_back(client, facebook).content.decode()


def test_person_who_cancels_there_is_told_so(client: Client, facebook: Facebook) -> None:
    state = facebook.authorize(client.post(BEGIN)["Location"])["state"]
    query = {"error": "access_denied", "error_reason": "user_denied", "state": state}
    assert "Cancelled" in client.get(CALLBACK, query, follow=True).content.decode()


def test_button_is_there_when_the_keys_are(client: Client, facebook: Facebook) -> None:
    text = client.get("/accounts/login/").content.decode()
    assert ("Continue with Facebook" in text, "Continue with Google" in text) == (True, False)
