"""People, and the one who becomes the operator (ACC-11)."""

import pytest
from django.core.exceptions import ValidationError

from apps.accounts.errors import AccountError
from apps.accounts.models import Theme, User
from apps.accounts.services import choose_theme, claim_operator, operator_exists, update_profile
from tests.concurrency import at_once
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.spec("ACC-11")
def test_claim_makes_the_first_person_the_operator(alice: User) -> None:
    assert not operator_exists()
    claim_operator(user=alice)
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_superuser, operator_exists()) == (True, True, True)


@pytest.mark.spec("ACC-11")
def test_claim_works_once(alice: User, bob: User) -> None:
    claim_operator(user=alice)
    for user in (bob, alice):
        with pytest.raises(AccountError, match="already has an operator"):
            claim_operator(user=user)
    assert list(User.objects.filter(is_staff=True)) == [alice]


@pytest.mark.spec("ACC-11")
@pytest.mark.django_db(transaction=True)
def test_claim_by_many_at_once_makes_one_operator() -> None:
    people = UserFactory.create_batch(6)
    waiting = list(people)

    def claim() -> bool:
        try:
            return claim_operator(user=waiting.pop()).is_staff
        except AccountError:
            return False

    assert sorted(at_once(6, claim)) == [False] * 5 + [True]
    assert User.objects.filter(is_staff=True, is_superuser=True).count() == 1


def test_profile_is_written_as_a_whole(alice: User) -> None:
    update_profile(user=alice, display_name="A. A.", language="de", time_zone="Asia/Tokyo", theme="dark")
    alice.refresh_from_db()
    assert (alice.display_name, alice.language, alice.time_zone, alice.theme) == (
        "A. A.",
        "de",
        "Asia/Tokyo",
        "dark",
    )


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"theme": "pink"}, {"display_name": "x" * 81}]
)
def test_profile_with_a_wrong_value_is_refused(alice: User, wrong: dict[str, str]) -> None:
    good = {"display_name": "A. A.", "language": "de", "time_zone": "Asia/Tokyo", "theme": "dark"}
    with pytest.raises(ValidationError) as caught:
        update_profile(user=alice, **{**good, **wrong})
    assert list(caught.value.message_dict) == list(wrong)
    alice.refresh_from_db()
    assert (alice.display_name, alice.time_zone) == ("Alice Archer", "UTC")


def test_theme_is_written_alone(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(display_name="Changed elsewhere")
    choose_theme(user=alice, theme=Theme.DARK)
    alice.refresh_from_db()
    assert (alice.theme, alice.display_name) == ("dark", "Changed elsewhere")


def test_address_is_one_whatever_its_case() -> None:
    user = User.objects.create_user("  Dana@Example.COM ", "a long passphrase")
    assert (user.email, User.objects.get_by_natural_key("DANA@example.com")) == ("dana@example.com", user)


@pytest.mark.parametrize(
    ("name", "email", "initials"),
    [("Alice Archer", "", "AA"), ("Prince", "", "P"), ("", "dana@example.com", "D"), ("a b c", "", "AB")],
)
def test_initials_are_one_or_two_letters(name: str, email: str, initials: str) -> None:
    assert User(display_name=name, email=email).initials == initials
