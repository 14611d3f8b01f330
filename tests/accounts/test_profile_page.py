"""The profile page, the theme switch and the page that makes the first operator."""

import pytest
from django.test import Client

from apps.accounts.models import User
from tests.conftest import signed_in

PROFILE, THEME, SETUP = "/accounts/profile/", "/accounts/theme/", "/accounts/setup/"
NEW = {"display_name": "Alice A.", "language": "de", "time_zone": "Europe/Berlin", "theme": "dark"}


def test_profile_sends_the_signed_out_to_the_sign_in_page(client: Client, db: None) -> None:
    answer = client.get(PROFILE)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={PROFILE}")


def test_profile_shows_what_is_stored(alice_client: Client, alice: User) -> None:
    answer = alice_client.get(PROFILE)
    assert answer.status_code == 200
    assert answer.context["form"].initial == {
        "display_name": "Alice Archer",
        "language": "en",
        "time_zone": "UTC",
        "theme": "system",
    }


def test_profile_is_saved_and_says_so(alice_client: Client, alice: User) -> None:
    answer = alice_client.post(PROFILE, NEW, follow=True)
    alice.refresh_from_db()
    stored = {name: getattr(alice, name) for name in NEW}
    assert (answer.redirect_chain, stored) == ([(PROFILE, 302)], NEW)
    assert "Your settings were saved." in answer.content.decode()


def test_profile_with_an_unknown_zone_keeps_what_was_typed_and_stores_nothing(
    alice_client: Client, alice: User
) -> None:
    answer = alice_client.post(PROFILE, {**NEW, "time_zone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["time_zone"]
    page = answer.content.decode()
    assert 'value="Alice A."' in page
    assert "Alice Archer" in page  # the shell still shows the stored name
    alice.refresh_from_db()
    assert alice.time_zone == "UTC"


def test_times_are_shown_in_the_persons_zone(alice_client: Client, alice: User) -> None:
    alice.time_zone = "Asia/Tokyo"
    alice.save(update_fields=["time_zone"])
    page = alice_client.get("/studio/morning-show/team/").content.decode()
    assert "(JST)" in page


@pytest.mark.parametrize("choice", ["dark", "light", "system"])
def test_theme_is_kept_with_the_person_and_in_the_browser(
    alice_client: Client, alice: User, choice: str
) -> None:
    answer = alice_client.post(THEME, {"theme": choice}, headers={"referer": "http://testserver/teams/new/"})
    alice.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, "http://testserver/teams/new/")
    assert (alice.theme, answer.cookies["theme"].value) == (choice, choice)
    assert f'data-theme="{choice}"' in alice_client.get(PROFILE).content.decode()


def test_theme_of_the_signed_out_is_kept_in_the_browser(client: Client, db: None) -> None:
    client.post(THEME, {"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/accounts/login/").content.decode()


def test_theme_never_sends_a_person_to_another_site(alice_client: Client) -> None:
    answer = alice_client.post(THEME, {"theme": "dark"}, headers={"referer": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_unknown_theme_is_refused(alice_client: Client, alice: User) -> None:
    assert alice_client.post(THEME, {"theme": "neon"}).status_code == 422
    alice.refresh_from_db()
    assert alice.theme == "system"


@pytest.mark.spec("ACC-11")
def test_operator_page_works_once(alice: User, bob: User) -> None:
    first, second = signed_in(alice), signed_in(bob)
    assert "Become the operator" in first.get(SETUP).content.decode()
    assert first.post(SETUP).status_code == 302
    page = second.get(SETUP)
    assert (page.status_code, "already has an operator" in page.content.decode()) == (200, True)
    assert second.post(SETUP).status_code == 422
    operators = User.objects.filter(is_staff=True).values_list("email", flat=True)
    assert list(operators) == [alice.email]


def test_home_asks_for_an_operator_until_there_is_one(alice_client: Client, alice: User) -> None:
    home = "/studio/morning-show/"
    assert "This installation has no operator" in alice_client.get(home).content.decode()
    alice_client.post(SETUP)
    assert "This installation has no operator" not in alice_client.get(home).content.decode()
