"""What operators do to people: never to themselves, always with a record (TEM-04)."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.operations.errors import OperatorError
from apps.operations.services import people
from apps.teams.models import Team
from apps.teams.signals import access_changed
from tests.conftest import signed_in
from tests.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.spec("TEM-04")]


@pytest.fixture
def other(db: None) -> User:
    """A second operator."""
    return UserFactory(email="otto@example.com", display_name="Otto Oak", is_staff=True, is_superuser=True)


def page(user: User, action: str = "") -> str:
    return f"/operate/people/{user.pk}/{action}"


def test_list_finds_by_name_address_and_kind(operator_client: Client, alice: User, bob: User) -> None:
    UserFactory(display_name="Dora Dull", is_active=False)

    def names(query: str) -> set[str]:
        return {str(person) for person in operator_client.get(f"/operate/people/?{query}").context["page"]}

    assert names("q=ALICE@") == {"Alice Archer"}
    assert names("q=baker") == {"Bob Baker"}
    assert names("kind=disabled") == {"Dora Dull"}
    assert names("kind=operator") == {"Olga Ortiz"}
    assert names("kind=teamless") == {"Olga Ortiz", "Dora Dull"}
    assert names("q=nobody-like-it") == set()


def test_disabled_person_is_out_at_once_and_back_when_enabled(
    operator_client: Client, bob: User, team: Team
) -> None:
    bobs = signed_in(bob)
    told: list[Any] = []

    def hear(sender: Any, team_id: Any, user_id: Any, **rest: Any) -> None:
        told.append((team_id, user_id))

    access_changed.connect(hear)
    answer = operator_client.post(page(bob, "disable/"), {"reason": "Spam"}, follow=True)
    access_changed.disconnect(hear)
    assert "Bob Baker is disabled." in answer.content.decode()
    assert told == [(team.pk, bob.pk)]
    assert bobs.get(f"/studio/{team.slug}/").status_code == 302
    operator_client.post(page(bob, "enable/"))
    assert bobs.get(f"/studio/{team.slug}/").status_code == 302  # what was open before stays shut
    assert signed_in(bob).get(f"/studio/{team.slug}/").status_code == 200
    lines = AuditRecord.objects.filter(action__in=("operate.disable", "operate.enable")).order_by("number")
    assert [(line.action, line.after) for line in lines] == [
        ("operate.disable", {"active": False, "reason": "Spam"}),
        ("operate.enable", {"active": True}),
    ]


def test_person_is_signed_out_everywhere_and_may_come_back(
    operator_client: Client, operator: User, bob: User, alice: User, team: Team
) -> None:
    lost, alices = [signed_in(bob), signed_in(bob)], signed_in(alice)
    answer = operator_client.post(page(bob, "sign-out/"), follow=True)
    assert "Bob Baker is signed out everywhere." in answer.content.decode()
    home = f"/studio/{team.slug}/"
    assert [client.get(home).status_code for client in (*lost, alices)] == [302, 302, 200]
    assert signed_in(bob).get(home).status_code == 200
    line = AuditRecord.objects.get(action="operate.sign_out")
    assert (line.actor, line.target_name, line.after) == (operator, "Bob Baker", {"sessions": 2})
    with pytest.raises(OperatorError, match="You can't sign yourself out here"):
        people.sign_out(user=operator, actor=operator)


def test_disabling_wants_a_reason(operator_client: Client, bob: User) -> None:
    answer = operator_client.post(page(bob, "disable/"), {"reason": ""})
    assert answer.status_code == 422
    bob.refresh_from_db()
    assert bob.is_active


def test_role_is_given_and_taken(operator_client: Client, bob: User) -> None:
    for wanted, expected in (("yes", True), ("no", False)):
        operator_client.post(page(bob, "role/"), {"operator": wanted})
        bob.refresh_from_db()
        assert (bob.is_staff, bob.is_superuser) == (expected, expected)
    lines = AuditRecord.objects.filter(action="operate.role").order_by("number")
    assert [(line.before, line.after) for line in lines] == [
        ({"operator": False}, {"operator": True}),
        ({"operator": True}, {"operator": False}),
    ]


@pytest.mark.parametrize(("action", "sent"), [("disable/", {"reason": "x"}), ("role/", {"operator": "no"})])
def test_nobody_does_it_to_themselves(
    operator_client: Client, operator: User, other: User, action: str, sent: dict[str, str]
) -> None:
    answer = operator_client.post(page(operator, action), sent, follow=True)
    assert "Ask another operator." in answer.content.decode()
    operator.refresh_from_db()
    assert (operator.is_active, operator.is_staff) == (True, True)
    assert "This is you" in operator_client.get(page(operator)).content.decode()


def test_operator_who_was_just_dismissed_does_nothing_more(operator: User, other: User, bob: User) -> None:
    """Two operators dismiss each other at the same moment: the second finds that it is none any more."""
    people.set_operator(user=other, operator=False, actor=operator)
    with pytest.raises(OperatorError, match="no longer an operator"):
        people.set_operator(user=operator, operator=False, actor=other)
    assert User.objects.filter(is_staff=True).count() == 1


@pytest.mark.parametrize("sent", [{}, {"operator": "perhaps"}])
def test_role_without_a_choice_changes_nothing(
    operator_client: Client, bob: User, sent: dict[str, str]
) -> None:
    answer = operator_client.post(page(bob, "role/"), sent, follow=True)
    assert "Choose whether" in answer.content.decode()
    bob.refresh_from_db()
    assert not bob.is_staff


def test_disabled_person_can_t_become_operator(operator: User) -> None:
    person = UserFactory(is_active=False)
    with pytest.raises(OperatorError, match="Enable the account first"):
        people.set_operator(user=person, operator=True, actor=operator)


def test_page_shows_the_teams_of_a_person(operator_client: Client, bob: User, team: Team) -> None:
    MembershipFactory(user=bob, team__name="Second Show")
    text = operator_client.get(page(bob)).content.decode()
    assert ("Morning Show" in text, "Second Show" in text, "bob@example.com" in text) == (True, True, True)
