"""The door of every studio page, and who may do what behind it (TEM-01, TEM-02)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.accounts.models import User
from apps.teams.access import TeamRequest, member_of_team, membership_of
from apps.teams.models import Membership, Team
from apps.teams.roles import PERMISSIONS, Permission, Role, allows

pytestmark = pytest.mark.django_db


@member_of_team(Permission.CREATE_VIDEO)
def view(request: TeamRequest, video: str = "") -> HttpResponse:
    return HttpResponse(f"{request.team.slug} {request.membership.role} {video}")


def ask(user: Any, team: str = "morning-show", **kwargs: Any) -> HttpResponse:
    request: HttpRequest = RequestFactory().get(f"/studio/{team}/create/")
    request.user = user
    return view(request, team_slug=team, **kwargs)  # type: ignore[return-value]


@pytest.mark.spec("TEM-01")
def test_member_gets_the_team_of_the_address_and_the_view_its_own_arguments(team: Team, bob: User) -> None:
    assert ask(bob, video="v1").content == b"morning-show editor v1"


def test_place_in_the_team_is_what_django_itself_reads(
    team: Team, bob: User, charlie: User, django_assert_num_queries: Any
) -> None:
    """Every field, as its type: the statement is kept, and the rows are read without Django's own machinery."""
    expected = Membership.objects.select_related("team").get(user=bob)
    with django_assert_num_queries(1):
        found = membership_of(bob, team.slug)
        assert found is not None
        assert facts(found.team) == facts(expected.team)
    assert facts(found) == facts(expected)
    assert membership_of(charlie, team.slug) is None
    found.role = Role.VIEWER
    found.save()
    assert Membership.objects.get(user=bob).role == Role.VIEWER


def facts(row: Any) -> dict[str, Any]:
    return {name: (type(value), value) for name, value in vars(row).items() if not name.startswith("_")}


@pytest.mark.spec("TEM-01")
def test_member_of_several_teams_gets_the_one_of_the_address(team: Team, charlie: User) -> None:
    Membership.objects.create(team=team, user=charlie, role=Role.EDITOR)
    own = Team.objects.exclude(pk=team.pk).get()
    answers = {slug: ask(charlie, slug).content.decode().strip() for slug in (own.slug, team.slug)}
    assert answers == {own.slug: f"{own.slug} owner", team.slug: "morning-show editor"}


@pytest.mark.spec("TEM-01")
def test_person_who_is_signed_out_is_sent_to_sign_in_and_back(team: Team) -> None:
    answer = ask(AnonymousUser())
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/accounts/login/?next=/studio/morning-show/create/",
    )


@pytest.mark.spec("TEM-01")
@pytest.mark.parametrize("slug", ["morning-show", "no-such-team"])
def test_stranger_cannot_tell_a_team_from_none(team: Team, charlie: User, slug: str) -> None:
    with pytest.raises(Http404, match=r"^No such team$"):
        ask(charlie, slug)


@pytest.mark.spec("TEM-02")
def test_member_without_the_right_is_told_which_one_is_missing(team: Team, victor: User) -> None:
    with pytest.raises(PermissionDenied, match="does not include: Create videos and edit scenes"):
        ask(victor)


@pytest.mark.spec("TEM-02")
def test_role_change_counts_from_the_next_request(team: Team, bob: User) -> None:
    ask(bob)
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    with pytest.raises(PermissionDenied):
        ask(bob)


def test_door_costs_one_query(team: Team, bob: User, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(1):
        ask(bob)


def test_door_shows_its_permission_to_the_guard() -> None:
    assert view.permission == Permission.CREATE_VIDEO  # type: ignore[attr-defined]


@pytest.mark.spec("TEM-02")
def test_table_of_permissions_is_this_one() -> None:
    everybody = {Permission.VIEW_STUDIO}
    only_owner = {Permission.TRANSFER_TEAM}
    expected = {
        Role.OWNER: set(Permission),
        Role.ADMIN: set(Permission) - only_owner,
        Role.EDITOR: everybody
        | {
            Permission.CREATE_VIDEO,
            Permission.EDIT_LIBRARY,
            Permission.MANAGE_TEMPLATES,
            Permission.EDIT_POSTS,
            Permission.MANAGE_AUTOMATIONS,
            Permission.MANAGE_JOBS,
            Permission.VIEW_COSTS,
            Permission.VIEW_EVENTS,
        },
        Role.OPERATOR: everybody
        | {Permission.MANAGE_AUTOMATIONS, Permission.MANAGE_JOBS, Permission.VIEW_EVENTS},
        Role.ANALYST: everybody | {Permission.VIEW_COSTS, Permission.VIEW_EVENTS},
        Role.VIEWER: everybody,
    }
    assert {role: set(permissions) for role, permissions in PERMISSIONS.items()} == expected


@pytest.mark.spec("TEM-02")
@pytest.mark.parametrize("role", list(Role))
def test_membership_may_what_its_role_allows(team: Team, bob: User, role: Role) -> None:
    membership = Membership(team=team, user=bob, role=role)
    assert {p for p in Permission if membership.may(p)} == {p for p in Permission if allows(role, p)}
    assert membership.permissions == PERMISSIONS[role]
