"""Signing up, in and out, and a forgotten password, through the pages (ACC-01)."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from redis import Redis

from apps.accounts.models import User
from tests.factories import PASSWORD

LOGIN, SIGNUP, CONFIRM = "/accounts/login/", "/accounts/signup/", "/accounts/confirm-email/"
NEW = {
    "display_name": "Nora New",
    "email": "Nora@Example.com",
    "password1": "seven quiet lanterns",
    "birth_date": "1990-02-28",
}


@pytest.fixture(autouse=True)
def no_limits_left_over(valkey: Redis) -> None:
    """How often an address may be asked for a code is counted there, across tests."""


def code_in(message: str) -> str:
    found = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", message, re.MULTILINE)
    assert found is not None, message
    return found[1]


@pytest.mark.spec("ACC-01")
def test_person_signs_up_confirms_the_address_and_names_a_team(client: Client, db: None) -> None:
    answer = client.post(SIGNUP, NEW)
    assert (answer.status_code, answer["Location"]) == (302, CONFIRM)
    assert client.get("/teams/new/").status_code == 302  # nothing is open before the address is confirmed

    answer = client.post(CONFIRM, {"code": code_in(str(mail.outbox[0].body))}, follow=True)
    assert answer.request["PATH_INFO"] == "/teams/new/"
    answer = client.post("/teams/new/", {"name": "Night Kitchen"}, follow=True)
    assert (answer.request["PATH_INFO"], answer.status_code) == ("/studio/night-kitchen/", 200)
    person = User.objects.get()
    assert (person.email, person.display_name) == ("nora@example.com", "Nora New")


def test_wrong_code_is_told_beside_the_field(client: Client, db: None) -> None:
    client.post(SIGNUP, NEW)
    page = client.post(CONFIRM, {"code": "AAAA-AAAA"}).content.decode()
    assert 'aria-invalid="true"' in page
    assert "Enter the code" in page or "Confirm your address" in page


def test_sign_up_with_a_weak_password_says_why_and_keeps_the_rest(client: Client, db: None) -> None:
    page = client.post(SIGNUP, {**NEW, "password1": "short"}).content.decode()
    assert "too short" in page
    assert 'value="Nora New"' in page
    assert User.objects.count() == 0


@pytest.mark.spec("ACC-01")
def test_stay_signed_in_decides_how_long_the_session_lasts(client: Client, alice: User) -> None:
    form = {"login": alice.email, "password": PASSWORD}
    confirm(alice)
    client.post(LOGIN, form)
    short = client.session.get_expire_at_browser_close()
    client.post("/accounts/logout/")
    client.post(LOGIN, {**form, "remember": "on"})
    assert (short, client.session.get_expire_at_browser_close()) == (True, False)


def test_wrong_password_is_refused_without_telling_which_part_is_wrong(client: Client, alice: User) -> None:
    known = client.post(LOGIN, {"login": alice.email, "password": "nothing like it"})
    unknown = client.post(LOGIN, {"login": "nobody@example.com", "password": "nothing like it"})
    told = [list(answer.context["form"].non_field_errors()) for answer in (known, unknown)]
    assert told == [["The email address and/or password you specified are not correct."]] * 2


def test_sign_out_asks_first_and_ends_the_session(alice_client: Client) -> None:
    assert alice_client.get("/accounts/logout/").status_code == 200
    assert alice_client.post("/accounts/logout/")["Location"] == LOGIN
    assert alice_client.get("/studio/morning-show/").status_code == 302


def test_forgotten_password_is_set_anew_by_a_link_that_works_once(client: Client, alice: User) -> None:
    confirm(alice)
    answer = client.post("/accounts/password/reset/", {"email": alice.email}, follow=True)
    assert "Look into your mail" in answer.content.decode()
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link is not None
    page = client.get(link[1], follow=True)
    assert "Choose a new password" in page.content.decode()
    secret = "eleven brass trumpets"
    form = {"password1": secret, "password2": secret}
    client.post(page.request["PATH_INFO"], form)
    assert Client().login(email=alice.email, password=secret)
    assert "This link no longer works" in Client().get(link[1], follow=True).content.decode()


def test_reset_page_never_tells_whether_an_address_exists(client: Client, alice: User) -> None:
    confirm(alice)
    known = client.post("/accounts/password/reset/", {"email": alice.email}, follow=True)
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@example.com"}, follow=True)
    texts = [re.sub(r"[0-9a-zA-Z]{64}", "", page.content.decode()) for page in (known, unknown)]
    assert texts[0] == texts[1]


def test_password_is_changed_from_the_profile(alice_client: Client, alice: User) -> None:
    secret = "eleven brass trumpets"
    page = alice_client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": secret, "password2": secret},
        follow=True,
    )
    assert page.status_code == 200
    alice.refresh_from_db()
    assert alice.check_password(secret)


def confirm(user: User) -> None:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
