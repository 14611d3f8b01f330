"""Teams and who is in them: there is always an owner, and only owners make owners (TEM-01, TEM-02)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.teams.errors import TeamError
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from apps.teams.services import (
    add_member,
    change_role,
    create_team,
    free_slug,
    remove_member,
    rename_team,
    transfer_team,
)
from tests.concurrency import at_once
from tests.factories import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def of(user: User, team: Team) -> Membership:
    return Membership.objects.get(user=user, team=team)


def roles(team: Team) -> dict[str, str]:
    return dict(team.memberships.values_list("user__display_name", "role"))


@pytest.mark.spec("TEM-01")
def test_create_team_makes_its_creator_the_owner(alice: User) -> None:
    alice.language, alice.time_zone = "de", "Europe/Berlin"
    team = create_team(name="  Night Show ", owner=alice)
    assert (team.name, team.slug, team.language, team.time_zone) == (
        "Night Show",
        "night-show",
        "de",
        "Europe/Berlin",
    )
    assert roles(team) == {"Alice Archer": "owner"}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Night Show", "night-show"),
        ("Команда", "team"),
        ("--", "team"),
        ("x" * 80, "x" * 40),
        ("a" * 39 + " b", "a" * 39),
        ("Morning Show", "morning-show-2"),
    ],
)
def test_free_slug_is_made_of_the_name_and_new(team: Team, name: str, slug: str) -> None:
    assert free_slug(name) == slug


def test_free_slug_takes_the_first_number_that_is_free(team: Team) -> None:
    for number in (2, 3, 5):
        TeamFactory(slug=f"morning-show-{number}")
    TeamFactory(slug="morning-show-extra")
    assert free_slug("Morning Show") == "morning-show-4"


@pytest.mark.django_db(transaction=True)
def test_create_team_by_many_at_once_under_one_name_gives_each_an_address(alice: User) -> None:
    teams = at_once(4, lambda: create_team(name="Night Show", owner=alice).slug)
    assert sorted(teams) == ["night-show", "night-show-2", "night-show-3", "night-show-4"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_name_that_is_empty_or_too_long_is_refused(team: Team, alice: User, name: str) -> None:
    for write in (lambda: create_team(name=name, owner=alice), lambda: rename_team(team=team, name=name)):
        with pytest.raises(TeamError) as caught:
            write()
        assert caught.value.field == "name"


@pytest.mark.parametrize(
    "name", ["Show\r\nBcc: a@example.com", "Show\u2028x", "Show \u202etxt", "Win: https://x"]
)
def test_name_that_would_do_harm_in_a_mail_is_refused(team: Team, alice: User, name: str) -> None:
    for write in (lambda: create_team(name=name, owner=alice), lambda: rename_team(team=team, name=name)):
        with pytest.raises(TeamError, match="one line of plain words"):
            write()


def test_rename_keeps_the_address(team: Team) -> None:
    rename_team(team=team, name="Evening Show")
    team.refresh_from_db()
    assert (team.name, team.slug) == ("Evening Show", "morning-show")


@pytest.mark.spec("TEM-02")
def test_change_role_writes_the_role(team: Team, alice: User, bob: User) -> None:
    change_role(membership=of(bob, team), role=Role.ANALYST, actor=alice)
    assert roles(team) == {"Alice Archer": "owner", "Bob Baker": "analyst"}


@pytest.mark.spec("TEM-02")
def test_last_owner_can_neither_step_down_nor_be_removed(team: Team, alice: User, bob: User) -> None:
    for write in (
        lambda: change_role(membership=of(alice, team), role=Role.ADMIN, actor=alice),
        lambda: remove_member(membership=of(alice, team), actor=alice),
    ):
        with pytest.raises(TeamError, match="A team needs an owner"):
            write()
    assert roles(team) == {"Alice Archer": "owner", "Bob Baker": "editor"}


@pytest.mark.spec("TEM-02")
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_step_down_at_once_leave_one(team: Team, alice: User) -> None:
    other = MembershipFactory(team=team, role=Role.OWNER)
    for _ in range(5):
        Membership.objects.update(role=Role.OWNER)
        waiting = [of(alice, team), other]

        def step_down(waiting: list[Membership] = waiting) -> str:
            try:
                return change_role(membership=waiting.pop(), role=Role.ADMIN).role
            except TeamError:
                return "refused"

        assert sorted(at_once(2, step_down)) == ["admin", "refused"]
        assert sorted(team.memberships.values_list("role", flat=True)) == ["admin", "owner"]


@pytest.mark.spec("TEM-02")
def test_only_an_owner_makes_or_removes_an_owner(team: Team, alice: User, bob: User, charlie: User) -> None:
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)
    second = MembershipFactory(team=team, role=Role.OWNER)
    for write in (
        lambda: change_role(membership=of(bob, team), role=Role.OWNER, actor=bob),
        lambda: change_role(membership=second, role=Role.EDITOR, actor=bob),
        lambda: remove_member(membership=second, actor=bob),
        lambda: add_member(team=team, user=charlie, role=Role.OWNER, actor=bob),
    ):
        with pytest.raises(TeamError, match="Only an owner"):
            write()
    change_role(membership=second, role=Role.EDITOR, actor=alice)
    remove_member(membership=second, actor=bob)


def test_member_may_leave(team: Team, alice: User) -> None:
    second = MembershipFactory(team=team, role=Role.OWNER)
    remove_member(membership=second, actor=second.user)
    assert roles(team) == {"Alice Archer": "owner"}


def test_add_member_twice_is_refused(team: Team, alice: User, bob: User) -> None:
    with pytest.raises(TeamError, match="in this team already"):
        add_member(team=team, user=bob, role=Role.VIEWER, actor=alice)
    assert roles(team)["Bob Baker"] == "editor"


def test_write_to_a_member_who_is_gone_is_refused(team: Team, alice: User, bob: User) -> None:
    membership = of(bob, team)
    remove_member(membership=of(bob, team), actor=alice)
    with pytest.raises(TeamError, match="no longer in the team"):
        change_role(membership=membership, role=Role.VIEWER, actor=alice)


@pytest.mark.spec("TEM-02")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.sampled_from([*Role, None])), max_size=12))
def test_any_changes_leave_a_team_with_an_owner(steps: list[tuple[int, Role | None]]) -> None:
    """Each step gives one of four people a role, or takes them out."""
    people = UserFactory.create_batch(4)
    team = create_team(name="Night Show", owner=people[0])
    for who, role in steps:
        membership = Membership.objects.filter(team=team, user=people[who]).first()
        try:
            if membership is None and role is not None:
                add_member(team=team, user=people[who], role=role)
            elif membership is not None and role is not None:
                change_role(membership=membership, role=role)
            elif membership is not None:
                remove_member(membership=membership)
        except TeamError:
            continue
    assert team.memberships.filter(role=Role.OWNER).exists()


@pytest.mark.spec("TEM-03")
def test_rights_are_asked_again_where_the_write_is_done(
    team: Team, alice: User, bob: User, charlie: User
) -> None:
    """Bob's page was opened while he was an admin; between the door and the write he became an editor."""
    for write in (
        lambda: rename_team(team=team, name="Mine", actor=bob),
        lambda: add_member(team=team, user=charlie, role=Role.VIEWER, actor=bob),
        lambda: change_role(membership=of(bob, team), role=Role.ADMIN, actor=bob),
        lambda: remove_member(membership=of(alice, team), actor=bob),
    ):
        with pytest.raises(TeamError, match=r"Your role changed meanwhile|A team needs an owner"):
            write()
    assert roles(team) == {"Alice Archer": "owner", "Bob Baker": "editor"}


@pytest.mark.spec("TEM-03")
def test_role_that_somebody_else_changed_meanwhile_is_not_overwritten(
    team: Team, alice: User, bob: User
) -> None:
    change_role(membership=of(bob, team), role=Role.VIEWER, actor=alice)
    with pytest.raises(TeamError, match="Bob Baker was made viewer meanwhile"):
        change_role(membership=of(bob, team), role=Role.ADMIN, actor=alice, seen=Role.EDITOR)
    assert roles(team)["Bob Baker"] == "viewer"


@pytest.mark.spec("TEM-02")
def test_transfer_makes_the_other_the_owner_and_the_giver_an_admin(
    team: Team, alice: User, bob: User
) -> None:
    transfer_team(team=team, to=of(bob, team), actor=alice, typed_name=" Morning Show ")
    assert roles(team) == {"Alice Archer": "admin", "Bob Baker": "owner"}


@pytest.mark.spec("TEM-02")
def test_transfer_needs_an_owner_a_member_and_the_name(
    team: Team, alice: User, bob: User, charlie: User
) -> None:
    second = MembershipFactory(team=team, role=Role.OWNER)
    gone = MembershipFactory(team=team)
    Membership.objects.filter(pk=gone.pk).delete()
    tries = {
        "Only an owner": (of(bob, team), bob, "Morning Show"),
        "no longer in the team": (gone, alice, "Morning Show"),
        "an owner already": (second, alice, "Morning Show"),
        "exactly as it stands": (of(bob, team), alice, "morning show"),
    }
    for words, (to, actor, name) in tries.items():
        with pytest.raises(TeamError, match=words):
            transfer_team(team=team, to=to, actor=actor, typed_name=name)
    assert roles(team)["Bob Baker"] == "editor"


@pytest.mark.spec("TEM-02")
@pytest.mark.django_db(transaction=True)
def test_owner_who_hands_over_twice_at_once_does_it_once(
    team: Team, alice: User, bob: User, victor: User
) -> None:
    takers = [of(bob, team), of(victor, team)]

    def hand_over() -> str:
        try:
            return transfer_team(team=team, to=takers.pop(), actor=alice, typed_name="Morning Show").role
        except TeamError:
            return "refused"

    assert sorted(at_once(2, hand_over)) == ["owner", "refused"]
    assert sorted(roles(team).values()).count("owner") == 1
