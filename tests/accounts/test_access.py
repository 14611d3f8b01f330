"""Doors that ask for more than a sign-in (ACC-05, ACC-06)."""

from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from apps.accounts.access import fresh_second_factor, operator_required, second_factor_passed
from apps.accounts.models import TimeCodeDevice, User
from config.urls import urlpatterns as product
from tests.conftest import signed_in, signed_in_with_factor
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
CONFIRM, SECURITY = "/accounts/confirm/", "/accounts/security/"


@operator_required
def operate(request: HttpRequest) -> HttpResponse:
    return HttpResponse("operated")


@fresh_second_factor
def reveal(request: HttpRequest) -> HttpResponse:
    return HttpResponse("revealed")


urlpatterns = [
    path("try/operate/", operate, name="operate"),
    path("try/reveal/", reveal, name="reveal"),
    *product,
]


@pytest.fixture(autouse=True)
def with_tries() -> Any:
    with override_settings(ROOT_URLCONF=__name__):
        yield


def place(answer: Any) -> str:
    return str(answer.headers.get("Location", answer.status_code))


@pytest.mark.spec("ACC-06")
def test_operator_page_opens_for_operators_who_used_their_factor(operator: User) -> None:
    assert signed_in_with_factor(operator).get("/try/operate/").content == b"operated"


@pytest.mark.spec("ACC-06")
def test_operator_page_does_not_exist_for_others(alice: User, valkey: Any) -> None:
    assert signed_in(alice).get("/try/operate/").status_code == 404
    assert signed_in_with_factor(alice).get("/try/operate/").status_code == 404


def test_operator_page_sends_the_signed_out_to_sign_in(client: Client) -> None:
    assert place(client.get("/try/operate/")) == "/accounts/login/?next=/try/operate/"


@pytest.mark.spec("ACC-06")
@pytest.mark.parametrize("address", ["/try/operate/", "/admin/", "/admin/accounts/"])
def test_operator_without_a_factor_is_sent_to_set_one_up(operator: User, address: str) -> None:
    assert place(signed_in(operator).get(address)).startswith(f"{SECURITY}?next=")


@pytest.mark.spec("ACC-06")
@pytest.mark.parametrize("address", ["/try/operate/", "/admin/"])
def test_operator_who_has_not_used_the_factor_is_asked_for_it(operator: User, address: str) -> None:
    TimeCodeDevice.objects.create(user=operator, name="app")
    assert place(signed_in(operator).get(address)).startswith(f"{CONFIRM}?next=")


@pytest.mark.spec("ACC-06")
def test_admin_site_opens_for_operators_only(operator: User, alice: User) -> None:
    assert signed_in_with_factor(operator).get("/admin/").status_code == 200
    assert signed_in(alice).get("/admin/").status_code == 404


def test_fresh_sign_in_need_not_be_proved_again_for_ten_minutes(alice: User) -> None:
    with time_machine.travel(0, tick=False) as clock:
        client = signed_in(alice)
        clock.shift(600)
        assert client.get("/try/reveal/").content == b"revealed"
        clock.shift(1)
        assert place(client.get("/try/reveal/?a=1")) == f"{CONFIRM}?next=%2Ftry%2Freveal%2F%3Fa%3D1"


def test_password_proves_it_where_no_factor_is_enrolled(alice: User, valkey: Any) -> None:
    client = stale(signed_in(alice))
    assert place(client.get("/try/reveal/")).startswith(CONFIRM)
    wrong = client.post(CONFIRM, {"password": "something else", "next": "/try/reveal/"})
    assert (wrong.status_code, "That is not your password." in wrong.content.decode()) == (422, True)
    right = client.post(CONFIRM, {"password": PASSWORD, "next": "/try/reveal/"})
    assert place(right) == "/try/reveal/"
    assert client.get("/try/reveal/").content == b"revealed"


def test_password_is_not_enough_where_a_factor_is_enrolled(alice: User, valkey: Any) -> None:
    client = stale(signed_in_with_factor(alice))
    page = client.post(CONFIRM, {"password": PASSWORD, "next": "/try/reveal/"})
    assert page.status_code == 422
    assert place(client.get("/try/reveal/")).startswith(CONFIRM)


def test_address_is_changed_only_with_a_fresh_proof(alice: User) -> None:
    client = stale(signed_in(alice))
    answer = client.post("/accounts/email/", {"action_add": "", "email": "thief@example.com"})
    assert place(answer).startswith(CONFIRM)


def test_part_of_a_page_takes_the_whole_page_to_the_question(alice: User) -> None:
    client = stale(signed_in(alice))
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/studio/x/?q=1"}
    answer = client.post("/try/reveal/", headers=here)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"{CONFIRM}?next=%2Fstudio%2Fx%2F%3Fq%3D1")


def test_form_that_was_sent_too_late_comes_back_to_its_page(alice: User) -> None:
    client = stale(signed_in(alice))
    ours = client.post("/try/reveal/", headers={"referer": "http://testserver/studio/x/?q=1"})
    theirs = client.post("/try/reveal/", headers={"referer": "https://evil.example/x"})
    assert (place(ours), place(theirs)) == (f"{CONFIRM}?next=%2Fstudio%2Fx%2F%3Fq%3D1", f"{CONFIRM}?next=%2F")


@pytest.mark.parametrize(
    "bad",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
    ],
)
def test_question_never_leads_to_another_site(alice: User, valkey: Any, bad: str) -> None:
    client = stale(signed_in(alice))
    assert place(client.post(CONFIRM, {"password": PASSWORD, "next": bad})) == "/"
    assert place(client.post(f"{CONFIRM}?next={bad}", {"password": PASSWORD})) == "/"


@pytest.mark.spec("P-A02")
def test_socket_s_session_counts_only_with_the_factor_used(alice: User, bob: User) -> None:
    assert second_factor_passed(alice, {})
    session = signed_in_with_factor(alice).session
    alice.refresh_from_db()
    stolen = dict(session)
    assert (second_factor_passed(alice, session), second_factor_passed(alice, {})) == (True, False)
    bob.has_second_factor = True
    assert not second_factor_passed(bob, stolen)


def stale(client: Client) -> Client:
    """The same session, its proof an hour old."""
    session = client.session
    session["proved_at"] -= 3600
    session.save()
    return client
