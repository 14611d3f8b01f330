"""Signing in with Google, against a provider on the loopback that holds to the rules (ACC-02)."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.test import Client
from redis import Redis

from apps.accounts.models import User
from apps.accounts.social import SignedGoogleAdapter
from tests.accounts.openid_provider import OpenIdProvider
from tests.accounts.people import STEP, code_of, confirmed, is_in, with_app
from tests.conftest import signed_in
from tests.core.http_loopback import nothing, running, status

pytestmark = [pytest.mark.django_db, pytest.mark.spec("ACC-02")]
BEGIN, CALLBACK, SIGNUP = (
    "/accounts/google/login/",
    "/accounts/google/login/callback/",
    "/accounts/providers/signup/",
)
NORA = {
    "sub": "g-1",
    "email": "nora@example.com",
    "email_verified": True,
    "given_name": "Nora",
    "family_name": "New",
}


@pytest.fixture(autouse=True)
def nothing_counted(valkey: Redis) -> None:
    """Sign-ins are counted in Valkey."""


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenIdProvider]:
    with running() as loopback:
        provider = OpenIdProvider(loopback, dict(NORA))
        monkeypatch.setattr(SignedGoogleAdapter, "access_token_url", provider.token_url)
        monkeypatch.setattr(SignedGoogleAdapter, "certs_url", provider.certs_url)
        yield provider


def come_back(client: Client, google: OpenIdProvider, **begin: str) -> Any:
    location = client.post(BEGIN, begin)["Location"]
    return client.get(CALLBACK, google.authorize(location))


def sign_up(client: Client, google: OpenIdProvider) -> Any:
    come_back(client, google)
    page = client.get(SIGNUP).content.decode()
    assert 'value="Nora New"' in page
    return client.post(
        SIGNUP, {"display_name": "Nora New", "email": "nora@example.com", "birth_date": "1990-02-28"}
    )


def test_person_signs_up_and_in_with_google(client: Client, google: OpenIdProvider) -> None:
    sign_up(client, google)
    person = User.objects.get()
    assert (person.email, person.display_name, person.has_usable_password()) == (
        "nora@example.com",
        "Nora New",
        False,
    )
    assert is_in(client)
    again = Client()
    come_back(again, google)
    assert is_in(again)


def test_child_gets_no_account_this_way_either(client: Client, google: OpenIdProvider) -> None:
    come_back(client, google)
    form = {"display_name": "Nora New", "email": "nora@example.com", "birth_date": "2024-01-01"}
    assert "open an account for you" in client.post(SIGNUP, form).content.decode()
    assert not User.objects.exists()


def test_account_with_a_password_is_never_taken_over(
    client: Client, google: OpenIdProvider, alice: User
) -> None:
    confirmed(alice)
    google.person["email"] = alice.email
    come_back(client, google)
    client.post(SIGNUP, {"display_name": "Mallory", "email": alice.email, "birth_date": "1990-02-28"})
    assert not is_in(client)
    assert (SocialAccount.objects.count(), User.objects.filter(email=alice.email).count()) == (0, 1)


def test_account_is_connected_by_who_is_signed_in(google: OpenIdProvider, alice: User) -> None:
    confirmed(alice)
    client = signed_in(alice)
    come_back(client, google, process="connect")
    assert mail.outbox[-1].to == [alice.email]  # another way into an account is never opened unseen
    assert SocialAccount.objects.get().user == alice
    other = Client()
    come_back(other, google)
    assert is_in(other)


def test_old_session_connects_nothing(google: OpenIdProvider, alice: User) -> None:
    """Whoever has stolen it would have a way in of their own."""
    client = signed_in(confirmed(alice))
    session = client.session
    session["proved_at"] = 0
    session.save()
    answer = come_back(client, google, process="connect")
    assert (answer["Location"].startswith("/accounts/confirm/"), SocialAccount.objects.count()) == (True, 0)
    assert client.get("/accounts/providers/")["Location"].startswith("/accounts/confirm/")


def test_second_factor_is_asked_for_here_too(google: OpenIdProvider, client: Client) -> None:
    sign_up(client, google)
    device = with_app(User.objects.get())
    again = Client()
    assert come_back(again, google)["Location"] == STEP
    assert not is_in(again)
    again.post(STEP, {"code": code_of(device)})
    assert is_in(again)


def test_answer_that_was_not_asked_for_is_refused(
    client: Client, google: OpenIdProvider, alice: User
) -> None:
    """Somebody else's callback address, sent to a victim, signs nobody in."""
    theirs = Client()
    query = google.authorize(theirs.post(BEGIN)["Location"])
    page = client.get(CALLBACK, query)
    assert "That did not work" in page.content.decode()
    assert (is_in(client), google.refusals) == (False, [])


def test_link_alone_begins_nothing(client: Client, google: OpenIdProvider) -> None:
    """A page elsewhere can't sign anybody in with the account that they have there."""
    page = client.get(BEGIN)
    assert (page.status_code, page.headers.get("Location")) == (200, None)


def test_code_is_good_once(client: Client, google: OpenIdProvider) -> None:
    query = google.authorize(client.post(BEGIN)["Location"])
    client.get(CALLBACK, query)
    page = client.get(CALLBACK, query)
    assert "That did not work" in page.content.decode()


def test_provider_that_breaks_off_gets_a_page_with_a_way_on(client: Client, google: OpenIdProvider) -> None:
    google.loopback.on("POST", "/token", nothing)
    page = come_back(client, google)
    assert "That did not work" in page.content.decode()


SIGNERS: dict[str, tuple[Any, str, dict[str, str]]] = {
    "another key": (rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256", {"kid": "one"}),
    "an unknown key": (
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "RS256",
        {"kid": "two"},
    ),
    "nobody": (None, "none", {"kid": "one"}),
    "a shared word": ("a word that both sides would have to know", "HS256", {"kid": "one"}),
    "no key named": (rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256", {}),
}


@pytest.mark.parametrize("signer", SIGNERS)
def test_token_that_google_did_not_sign_lets_nobody_in(
    client: Client, google: OpenIdProvider, signer: str
) -> None:
    sign_up(client, google)
    google.signs_with, google.algorithm, google.header = SIGNERS[signer]
    again = Client()
    page = come_back(again, google)
    assert "That did not work" in page.content.decode()
    assert not is_in(again)


def test_keys_of_google_that_cannot_be_read_let_nobody_in(client: Client, google: OpenIdProvider) -> None:
    google.loopback.on("GET", "/certs", status(500, {}))
    page = come_back(client, google)
    assert "That did not work" in page.content.decode()
    assert not is_in(client)


def test_person_who_cancels_there_is_told_so(client: Client, google: OpenIdProvider) -> None:
    state = google.authorize(client.post(BEGIN)["Location"])["state"]
    page = client.get(CALLBACK, {"error": "access_denied", "state": state}, follow=True)
    assert "Cancelled" in page.content.decode()


@pytest.mark.parametrize("page", ["/accounts/login/", "/accounts/signup/"])
def test_only_configured_providers_have_a_button(client: Client, page: str) -> None:
    text = client.get(page).content.decode()
    assert ("Continue with Google" in text, "Facebook" in text, "Apple" in text) == (True, False, False)
    assert client.get("/accounts/facebook/login/").status_code == 404


def test_no_token_of_the_provider_is_kept(client: Client, google: OpenIdProvider) -> None:
    sign_up(client, google)
    assert "id_token" not in str(SocialAccount.objects.get().extra_data)
