"""Who may have an account, and under which name and address."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone
from redis import Redis

from apps.accounts.ages import is_old_enough
from apps.accounts.models import User
from tests.accounts.people import LOGIN, confirmed

pytestmark = pytest.mark.django_db
SIGNUP = "/accounts/signup/"
NEW = {
    "display_name": "Nora New",
    "email": "nora@example.com",
    "password1": "seven quiet lanterns",
    "birth_date": "1990-02-28",
}


@pytest.fixture(autouse=True)
def nothing_counted(valkey: Redis) -> None:
    """Sign-ups are counted in Valkey."""


@pytest.mark.spec("ACC-10")
@pytest.mark.parametrize(
    ("born", "today", "old_enough"),
    [
        (date(2013, 11, 20), date(2026, 11, 20), True),
        (date(2013, 11, 21), date(2026, 11, 20), False),
        (date(2012, 2, 29), date(2025, 2, 28), False),
        (date(2012, 2, 29), date(2025, 3, 1), True),
        (date(1900, 1, 1), date(2026, 11, 20), True),
    ],
)
def test_thirteenth_birthday_is_the_first_day(born: date, today: date, old_enough: bool) -> None:
    assert is_old_enough(born, today) == old_enough


@pytest.mark.spec("ACC-10")
def test_child_gets_no_account_and_not_with_another_date_either(client: Client) -> None:
    child = {**NEW, "birth_date": f"{timezone.localdate().year - 10}-01-01"}
    assert "open an account for you" in client.post(SIGNUP, child).content.decode()
    assert "open an account for you" in client.post(SIGNUP, NEW).content.decode()
    assert not User.objects.exists()
    assert Client().post(SIGNUP, NEW).status_code == 302


@pytest.mark.spec("ACC-10")
def test_birth_date_is_asked_for_and_not_kept(client: Client) -> None:
    assert client.post(SIGNUP, {**NEW, "birth_date": ""}).status_code == 200
    client.post(SIGNUP, NEW)
    person = User.objects.get()
    assert person.age_confirmed_at is not None
    assert not [field.name for field in User._meta.get_fields() if "birth" in field.name]


@pytest.mark.parametrize(
    "name", ["Nora\r\nBcc: all@example.com", "Nora\x00", "Nora\u202egnp.exe", "Nora\u2028New"]
)
def test_name_with_line_breaks_or_hidden_signs_is_refused(client: Client, name: str) -> None:
    assert client.post(SIGNUP, {**NEW, "display_name": name}).status_code == 200
    assert (User.objects.count(), mail.outbox) == (0, [])


@pytest.mark.parametrize("name", ["Zoë Ångström", "علی‌رضا", "陈伟", "O'Neil-Smith"])
def test_names_of_people_are_accepted(client: Client, name: str) -> None:
    assert client.post(SIGNUP, {**NEW, "display_name": name}).status_code == 302


@pytest.mark.parametrize(
    "email", ["nora@example.com\r\nBcc: all@example.com", "nora@exam\nple.com", "nora @example.com"]
)
def test_address_with_a_line_break_is_refused(client: Client, email: str) -> None:
    assert client.post(SIGNUP, {**NEW, "email": email}).status_code == 200
    assert (User.objects.count(), mail.outbox) == (0, [])


@pytest.mark.parametrize(
    "look_alike",
    [
        "alıce@example.com",
        "ALİCE@example.com",
        "аlice@example.com",
        "alice@exаmple.com",
        "alice@ｅxample.com",
    ],
)
def test_address_that_looks_like_another_never_reaches_it(
    client: Client, alice: User, look_alike: str
) -> None:
    """Dotless i, Cyrillic a, full-width e: a reset letter of alice's would go to somebody else."""
    confirmed(alice)
    client.post("/accounts/password/reset/", {"email": look_alike})
    assert mail.outbox == []
    client.post(SIGNUP, {**NEW, "email": look_alike})
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["alice@example.com"]


@pytest.mark.parametrize(
    "bad", ["https://evil.example/", "//evil.example", "/\\evil.example", "https:///evil.example"]
)
def test_sign_in_never_leads_to_another_site(client: Client, alice: User, bad: str) -> None:
    confirmed(alice)
    form = {"login": alice.email, "password": "correct horse battery staple", "next": bad}
    answer = client.post(f"{LOGIN}?next={bad}", form)
    assert (answer.status_code, answer["Location"]) == (302, "/")
