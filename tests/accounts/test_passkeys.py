"""Passkeys: made, asked for, and each way to forge one tried (ACC-05)."""

import re
from typing import Any

import pytest
from django.test import Client
from django_otp_webauthn.models import WebAuthnCredential
from redis import Redis

from apps.accounts.models import User
from tests.accounts.authenticator import Authenticator
from tests.accounts.people import STEP, confirmed, give_password, is_in
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.spec("ACC-05")]
ADD, USE = "/accounts/security/passkeys/add/", "/accounts/login/passkey/"


@pytest.fixture(autouse=True)
def nothing_counted(valkey: Redis) -> None:
    """Wrong answers are counted in Valkey."""


def add(client: Client, device: Authenticator, name: str = "Phone") -> Any:
    options = client.post(f"{ADD}begin/").json()
    return client.post(ADD, {"name": name, "credential": device.make(options)})


@pytest.fixture
def phone(alice: User) -> Authenticator:
    device = Authenticator()
    add(signed_in(confirmed(alice)), device)
    alice.refresh_from_db()
    return device


def test_passkey_is_added_and_brings_backup_codes(alice: User) -> None:
    client = signed_in(alice)
    page = add(client, Authenticator()).content.decode()
    alice.refresh_from_db()
    assert (alice.has_second_factor, len(re.findall(r"<li><code>", page))) == (True, 10)
    assert "Phone" in client.get("/accounts/security/").content.decode()


def test_sign_in_with_a_passkey(alice: User, phone: Authenticator) -> None:
    client = give_password(alice)
    assert "Use a passkey" in client.get(STEP).content.decode()
    assert not is_in(client)
    client.post(STEP, {"credential": phone.sign(client.post(USE).json())})
    assert is_in(client)


def test_answer_counts_once_and_for_its_own_challenge(alice: User, phone: Authenticator) -> None:
    client, other = give_password(alice), give_password(alice)
    answer = phone.sign(client.post(USE).json())
    other.post(USE)
    assert other.post(STEP, {"credential": answer}).status_code == 422
    client.post(STEP, {"credential": answer})
    assert is_in(client)
    client.post("/accounts/logout/")
    again = give_password(alice)
    assert again.post(STEP, {"credential": answer}).status_code == 422
    assert not is_in(again)


@pytest.mark.parametrize("forged", ["", "{}", "null", "[]", '{"id": "x"}', "no json", "\\u0000"])
def test_made_up_answer_is_refused(alice: User, phone: Authenticator, forged: str) -> None:
    client = give_password(alice)
    client.post(USE)
    assert client.post(STEP, {"credential": forged or " "}).status_code == 422
    assert not is_in(client)


def test_page_of_another_site_gets_no_answer_that_counts(alice: User, phone: Authenticator) -> None:
    phone.origin = "https://evil.example"
    client = give_password(alice)
    assert client.post(STEP, {"credential": phone.sign(client.post(USE).json())}).status_code == 422


def test_copied_authenticator_is_noticed(alice: User, phone: Authenticator) -> None:
    """Its counter went back: two devices hold the key."""
    client = give_password(alice)
    phone.count = 9
    client.post(STEP, {"credential": phone.sign(client.post(USE).json())})
    phone.count = 3
    thief = give_password(alice)
    assert thief.post(STEP, {"credential": phone.sign(thief.post(USE).json())}).status_code == 422


def test_passkey_of_another_person_is_refused(alice: User, bob: User, phone: Authenticator) -> None:
    own = Authenticator()
    add(signed_in(bob), own)
    client = give_password(alice)
    assert client.post(STEP, {"credential": own.sign(client.post(USE).json())}).status_code == 422
    assert not is_in(client)


def test_challenge_is_given_to_nobody_who_is_not_signing_in(client: Client) -> None:
    assert client.post(USE).status_code == 404


def test_passkey_is_removed_only_by_its_owner(alice: User, bob: User, phone: Authenticator) -> None:
    row = WebAuthnCredential.objects.get()
    assert signed_in(bob).post(f"/accounts/security/passkeys/{row.pk}/remove/").status_code == 404
    client = give_password(alice)
    client.post(STEP, {"credential": phone.sign(client.post(USE).json())})
    client.post(f"/accounts/security/passkeys/{row.pk}/remove/")
    alice.refresh_from_db()
    assert not alice.has_second_factor


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("127.0.0.1:8000", "http://localhost:8000/accounts/security/passkeys/add/"),
        ("[::1]:8000", "http://localhost:8000/accounts/security/passkeys/add/"),
        ("192.0.2.7", "Open the studio by its name."),
    ],
)
def test_page_opened_by_a_number_says_where_passkeys_work(
    alice: User, settings: Any, host: str, told: str
) -> None:
    """Browsers refuse to bind a passkey to an address, and would only say that nothing came of it."""
    settings.ALLOWED_HOSTS = ["*"]
    page = signed_in(alice).get(ADD, headers={"host": host}).content.decode()
    assert (told in page, "Continue with this device" in page) == (True, False)
    named = signed_in(alice).get(ADD, headers={"host": "studio.example:8000"}).content.decode()
    assert ("localhost" in named, "Continue with this device" in named) == (False, True)


def test_sign_in_at_a_number_says_where_the_passkey_works(
    alice: User, settings: Any, phone: Authenticator
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"host": "127.0.0.1:8000"})
    page = give_password(alice, client=client).get(STEP).content.decode()
    assert ("Open it at localhost" in page, "data-passkey=" in page, "Enter the code" in page) == (
        True,
        False,
        True,
    )
