"""Letters about an account: each in the person's own language, with the times of their own zone."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from redis import Redis

from apps.accounts import mails
from apps.accounts.models import User
from apps.teams.models import Team
from apps.teams.roles import Role
from apps.teams.services.invitations import invite
from tests.accounts.people import confirmed, give_password
from tests.accounts.test_sign_up_pages import NEW, SIGNUP
from tests.conftest import signed_in_with_factor
from tests.factories import PASSWORD, UserFactory
from tests.guards.tree import ROOT

FOLDERS = [ROOT / "templates/account/email", ROOT / "templates/teams/email"]
VALUE = re.compile(r"\{\{\s*([\w.]+)|\{% (?:el)?if (\w+)")
NOON = datetime(2026, 11, 27, 11, 5, tzinfo=UTC)
RESET = "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def no_limits_left_over(valkey: Redis) -> None:
    """How often an address may be written to is counted there, across tests."""


@pytest.fixture
def greta(db: None) -> User:
    """Reads German, lives in Berlin."""
    return confirmed(UserFactory(email="greta@example.com", language="de", time_zone="Europe/Berlin"))


def subjects() -> list[str]:
    return [letter.subject for letter in mail.outbox]


def names() -> list[tuple[str, str]]:
    return [
        (folder.relative_to(ROOT).as_posix(), file.name)
        for folder in FOLDERS
        for file in [*folder.glob("*_subject.txt"), *folder.glob("*_message.txt")]
        if file.name != "base_message.txt"
    ]


@pytest.mark.spec("NTF-08")
@pytest.mark.parametrize(("folder", "name"), sorted(names()))
def test_every_letter_says_the_same_things_in_german(folder: str, name: str) -> None:
    english, german = (ROOT / folder / name).read_text(), (ROOT / folder / "de" / name).read_text()
    assert german != english
    assert set(VALUE.findall(german)) == set(VALUE.findall(english))


def test_no_german_letter_is_left_without_an_english_one() -> None:
    left = [
        file.name for folder in FOLDERS for file in folder.glob("de/*") if not (folder / file.name).exists()
    ]
    assert left == []


@pytest.mark.spec("NTF-08")
@pytest.mark.parametrize(
    ("language", "time_zone", "subject", "who", "when"),
    [
        ("en", "UTC", "A new device signed in", "Firefox on Windows", "on 27 November 2026, 11:05 UTC"),
        (
            "de",
            "Europe/Berlin",
            "Ein neues Gerät hat sich angemeldet",
            "Firefox unter Windows",
            "am 27. November 2026, 12:05 CET",
        ),
        ("fr", "UTC", "A new device signed in", "Firefox on Windows", "on 27 November 2026, 11:05 UTC"),
    ],
)
def test_letter_is_in_the_language_and_the_time_of_the_person(
    language: str, time_zone: str, subject: str, who: str, when: str
) -> None:
    facts = {"browser": "Firefox", "system": "Windows", "ip": "192.0.2.7", "timestamp": NOON}
    found, text = mails.written("account/email/new_device", facts, language=language, time_zone=time_zone)
    assert (found, who in text, when in text) == (subject, True, True)


def test_new_device_and_lock_out_are_told_in_german(greta: User) -> None:
    give_password(greta)
    give_password(greta)
    for _ in range(5):
        give_password(greta, "a wrong passphrase")
    assert subjects() == ["Ein neues Gerät hat sich angemeldet", "Die Anmeldung ruht"]
    assert "1 Minute lang wird von dort kein Passwort" in str(mail.outbox[1].body)


def test_lock_out_names_the_minutes(alice: User) -> None:
    for _ in range(5):
        give_password(alice, "a wrong passphrase")
    assert "For 1 minute no password from there" in str(mail.outbox[0].body)


def test_change_of_password_and_factors_is_told_in_german(greta: User) -> None:
    client = signed_in_with_factor(greta)
    client.post("/accounts/security/app/remove/")
    fresh = {
        "oldpassword": PASSWORD,
        "password1": "eleven brass trumpets",
        "password2": "eleven brass trumpets",
    }
    client.post("/accounts/password/change/", fresh)
    assert subjects() == ["Ein zweiter Faktor Ihres Kontos wurde entfernt", "Ihr Passwort wurde geändert"]
    assert "Es geschah von der Adresse 127.0.0.1 am" in str(mail.outbox[1].body)


def test_password_is_reset_in_the_language_of_whose_address_it_is(greta: User, client: Client) -> None:
    client.post(RESET, {"email": greta.email}, headers={"accept-language": "en"})
    client.post(RESET, {"email": "nobody@example.com"}, headers={"accept-language": "de-AT, de;q=0.9"})
    client.post(RESET, {"email": "nobody@example.org"}, headers={"accept-language": "fr"})
    assert subjects() == [
        "Setzen Sie ein neues Passwort",
        "Kein Konto für diese Adresse",
        "No account for this address",
    ]


@pytest.mark.spec("NTF-08", "ACC-09")
def test_who_signs_up_is_written_to_in_the_language_of_their_browser(client: Client, db: None) -> None:
    client.post(SIGNUP, NEW, headers={"accept-language": "de"})
    assert (subjects(), User.objects.get().language) == (["Bestätigen Sie Ihre Adresse"], "de")
    assert "Ihr Code für Showrunner" in str(mail.outbox[0].body)


def test_who_has_an_account_is_told_so_in_their_own_language(greta: User, client: Client) -> None:
    client.post(SIGNUP, {**NEW, "email": greta.email})
    assert subjects() == ["Sie haben schon ein Konto"]


def test_invitation_is_in_the_language_of_who_is_invited_or_else_of_the_team(
    team: Team, alice: User, greta: User
) -> None:
    for email in (greta.email, "stranger@example.com"):
        invite(
            team=team, email=email, role=Role.EDITOR, actor=alice, link_to=lambda token: f"https://x/{token}"
        )
    Team.objects.filter(pk=team.pk).update(language="de")
    team.refresh_from_db()
    invite(
        team=team,
        email="fremd@example.com",
        role=Role.EDITOR,
        actor=alice,
        link_to=lambda token: "https://x/",
    )
    assert subjects() == [
        "Alice Archer lädt Sie zu Morning Show ein",
        "Alice Archer invites you to Morning Show",
        "Alice Archer lädt Sie zu Morning Show ein",
    ]


def test_pages_stay_in_one_language_whatever_the_browser_prefers(client: Client, db: None) -> None:
    """The pages are written in English only: Django's own sentences must not be German between them."""
    page = client.post(SIGNUP, {}, headers={"accept-language": "de"}).content.decode()
    assert "This field is required." in page
