"""The pages of a team: home, members, roles, name, search, and making another team."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.teams.models import Membership, Team
from apps.teams.roles import PERMISSIONS, Permission, Role
from tests.factories import MembershipFactory, UserFactory
from tests.plans import rows_read, take_statistics

HOME = "/studio/morning-show/"
PAGES = [HOME, f"{HOME}team/", f"{HOME}team/permissions/", f"{HOME}search/"]
MANAGED = [f"{HOME}team/settings/", f"{HOME}team/invitations/", f"{HOME}team/invitations/new/"]
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("page", [*PAGES, *MANAGED, "/teams/new/"])
def test_page_sends_the_signed_out_to_the_sign_in_page(client: Client, team: Team, page: str) -> None:
    answer = client.get(page)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={page}")


@pytest.mark.spec("TEM-01")
@pytest.mark.parametrize("page", [*PAGES, *MANAGED])
def test_page_does_not_exist_for_strangers(charlie_client: Client, team: Team, page: str) -> None:
    assert charlie_client.get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_page_is_open_to_every_member(victor_client: Client, page: str) -> None:
    assert victor_client.get(page).status_code == 200


def test_name_of_the_team_is_for_those_who_manage_it(victor_client: Client, alice_client: Client) -> None:
    refused = victor_client.get(f"{HOME}team/settings/")
    assert refused.status_code == 403
    assert "Change the team" in refused.content.decode()
    assert alice_client.get(f"{HOME}team/settings/").status_code == 200


def test_team_is_renamed_and_its_address_stays(alice_client: Client, team: Team) -> None:
    answer = alice_client.post(f"{HOME}team/settings/", {"name": "Evening Show"})
    team.refresh_from_db()
    assert (answer["Location"], team.name, team.slug) == (
        f"{HOME}team/settings/",
        "Evening Show",
        "morning-show",
    )


def test_empty_name_is_refused_beside_the_field(alice_client: Client, team: Team) -> None:
    answer = alice_client.post(f"{HOME}team/settings/", {"name": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert "Morning Show" in answer.content.decode()  # the shell keeps the stored name


@pytest.mark.spec("TEM-01")
def test_new_team_is_made_and_opened(alice_client: Client, alice: User) -> None:
    answer = alice_client.post("/teams/new/", {"name": "Night Kitchen"})
    assert answer["Location"] == "/studio/night-kitchen/"
    membership = Membership.objects.get(team__slug="night-kitchen")
    assert (membership.user, membership.role) == (alice, Role.OWNER)
    assert alice_client.post("/teams/new/", {"name": " "}).status_code == 422


@pytest.mark.spec("TEM-01")
def test_switcher_lists_the_persons_teams_and_the_start_opens_the_last_one(
    alice_client: Client, alice: User
) -> None:
    alice_client.post("/teams/new/", {"name": "Night Kitchen"})
    page = alice_client.get(HOME).content.decode()
    assert page.count('role="menuitemradio" aria-checked="true" href="/studio/') == 1
    assert 'href="/studio/night-kitchen/"' in page
    assert alice_client.get("/")["Location"] == HOME
    alice_client.get("/studio/night-kitchen/")
    assert alice_client.get("/")["Location"] == "/studio/night-kitchen/"


def test_start_sends_the_signed_out_and_those_without_a_team_on(client: Client, db: None) -> None:
    assert client.get("/")["Location"] == "/accounts/login/"
    client.force_login(UserFactory())
    assert client.get("/")["Location"] == "/teams/new/"


@pytest.mark.spec("TEM-02")
def test_permission_page_is_the_table_that_the_code_uses(victor_client: Client) -> None:
    context: Any = victor_client.get(f"{HOME}team/permissions/").context
    shown = {
        (label, role): yes for label, row in context["rows"] for role, yes in zip(Role, row, strict=True)
    }
    assert shown == {(p.label, role): p in PERMISSIONS[role] for p in Permission for role in Role}


def test_members_are_found_by_name_and_by_role(alice_client: Client, bob: User, victor: User) -> None:
    def names(query: str) -> list[str]:
        page = alice_client.get(f"{HOME}team/{query}").context["page"]
        return [str(member.user) for member in page.object_list]

    assert names("") == ["Alice Archer", "Bob Baker", "Victor Vale"]
    assert names("?q=victor@") == ["Victor Vale"]
    assert names("?role=editor") == ["Bob Baker"]
    assert names("?sort=-name") == ["Victor Vale", "Bob Baker", "Alice Archer"]
    assert names("?q=zzz") == []
    assert names("?sort=user__password") == ["Alice Archer", "Bob Baker", "Victor Vale"]


@pytest.mark.parametrize("query", ["", "?sort=-joined", "?role=editor", "?sort=role"])
def test_first_page_of_many_members_reads_only_what_it_shows(
    alice_client: Client, team: Team, query: str
) -> None:
    people = User.objects.bulk_create(User(email=f"p{n}@example.com", password="!") for n in range(2500))
    Membership.objects.bulk_create(Membership(team=team, user=one, role=Role.EDITOR) for one in people)
    take_statistics(Membership, User)
    with CaptureQueriesContext(connection) as captured:
        alice_client.get(f"{HOME}team/{query}")
    lists = [
        row["sql"] for row in captured if '"teams_membership"' in row["sql"] and "LIMIT 26" in row["sql"]
    ]
    assert [rows_read(sql) <= 3 * 26 for sql in lists] == [True]


def test_member_list_answers_htmx_with_its_part(alice_client: Client) -> None:
    part = alice_client.get(f"{HOME}team/", headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="list"')
    assert "<html" not in part


def test_member_list_takes_as_many_queries_for_three_as_for_one(
    alice_client: Client, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice_client.get(f"{HOME}team/")
    with django_assert_num_queries(6):
        alice_client.get(f"{HOME}team/")
    MembershipFactory.create_batch(2, team=team)
    with django_assert_num_queries(6):
        alice_client.get(f"{HOME}team/")


@pytest.mark.spec("TEM-02")
def test_role_is_changed_by_those_who_manage_the_team(
    alice_client: Client, bob: User, bob_client: Client
) -> None:
    member = Membership.objects.get(user=bob)
    address = reverse("team:change_role", args=["morning-show", member.pk])
    assert bob_client.post(address, {"role": "owner"}).status_code == 403
    answer = alice_client.post(address, {"role": "analyst"}, headers=HTMX)
    member.refresh_from_db()
    assert (answer.status_code, member.role) == (204, Role.ANALYST)
    assert json.loads(answer.headers["HX-Trigger"]) == {
        "dialog-close": "",
        "members-changed": "",
        "toast": {"message": "Bob Baker is now analyst.", "level": "success"},
    }
    plain = alice_client.post(address, {"role": "viewer"})
    assert plain["Location"] == f"{HOME}team/"


def test_last_owner_keeps_the_role_and_is_told_why(alice_client: Client, alice: User) -> None:
    member = Membership.objects.get(user=alice)
    address = reverse("team:change_role", args=["morning-show", member.pk])
    answer = alice_client.post(address, {"role": "viewer"}, headers=HTMX)
    member.refresh_from_db()
    assert (answer.status_code, member.role) == (422, Role.OWNER)
    assert "A team needs an owner" in answer.content.decode()
    assert alice_client.post(address, {"role": "king"}, headers=HTMX).status_code == 422


def test_member_is_shown_as_a_page_and_in_the_dialog_with_what_may_be_done(
    alice_client: Client, victor_client: Client, alice: User, bob: User
) -> None:
    address = reverse("team:member", args=["morning-show", Membership.objects.get(user=bob).pk])
    own = reverse("team:member", args=["morning-show", Membership.objects.get(user=alice).pk])
    part = alice_client.get(address, headers=HTMX).content.decode()
    assert part.strip().startswith('<div class="dialog-head">')
    assert ("/role/" in part, "/remove/" in part, "/leave/" in part) == (True, True, False)
    assert "/leave/" in alice_client.get(own).content.decode()
    seen = victor_client.get(address).content.decode()
    assert ("/role/" in seen, "/remove/" in seen, "bob@example.com" in seen) == (False, False, True)


@pytest.mark.spec("TEM-03")
def test_member_is_removed_and_shut_out_from_the_next_request(
    alice_client: Client, bob: User, bob_client: Client
) -> None:
    member = Membership.objects.get(user=bob)
    address = reverse("team:remove_member", args=["morning-show", member.pk])
    assert bob_client.get(HOME).status_code == 200
    answer = alice_client.post(address, headers=HTMX)
    assert (answer.status_code, "Bob Baker is no longer" in answer.headers["HX-Trigger"]) == (204, True)
    assert bob_client.get(HOME).status_code == 404
    assert alice_client.post(address).status_code == 404


@pytest.mark.spec("TEM-03")
def test_removal_that_is_refused_says_why(
    alice_client: Client, team: Team, bob: User, bob_client: Client, alice: User
) -> None:
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)
    member = Membership.objects.get(user=alice)
    address = reverse("team:remove_member", args=["morning-show", member.pk])
    for headers in (HTMX, {}):
        answer = bob_client.post(address, headers=headers)
        assert (answer.status_code, "A team needs an owner" in answer.content.decode()) == (422, True)
    assert alice_client.post(address).status_code == 404  # oneself leaves instead
    assert team.memberships.count() == 2


def test_leaving_leads_out_and_the_last_owner_is_told_why_not(
    alice_client: Client, bob_client: Client, team: Team
) -> None:
    assert bob_client.post(f"{HOME}team/leave/")["Location"] == "/"
    assert bob_client.get(HOME).status_code == 404
    stays = alice_client.post(f"{HOME}team/leave/")
    assert stays.status_code == 422
    assert "A team needs an owner. Make somebody else the owner first." in stays.content.decode()
    assert list(team.memberships.values_list("role", flat=True)) == [Role.OWNER]


def test_change_on_an_old_page_is_refused_and_shows_what_is_now(alice_client: Client, bob: User) -> None:
    member = Membership.objects.get(user=bob)
    address = reverse("team:change_role", args=["morning-show", member.pk])
    alice_client.post(address, {"role": "viewer", "seen": "editor"})
    answer = alice_client.post(address, {"role": "admin", "seen": "editor"}, headers=HTMX)
    member.refresh_from_db()
    assert (answer.status_code, member.role) == (422, Role.VIEWER)
    assert "was made viewer meanwhile" in answer.content.decode()
    assert '<option value="viewer" selected>' in answer.content.decode()


@pytest.mark.spec("TEM-02")
def test_team_is_handed_over_on_its_page_by_owners_only(
    alice_client: Client, bob: User, bob_client: Client
) -> None:
    address = f"{HOME}team/transfer/"
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)
    assert bob_client.get(address).status_code == 403
    assert "Hand over" not in bob_client.get(f"{HOME}team/settings/").content.decode()
    member = Membership.objects.get(user=bob)
    wrong = alice_client.post(address, {"to": member.pk, "typed_name": "Show"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["typed_name"])
    assert (
        alice_client.post(address, {"to": member.pk, "typed_name": "Morning Show"})["Location"]
        == f"{HOME}team/"
    )
    member.refresh_from_db()
    assert member.role == Role.OWNER
    assert alice_client.get(address).status_code == 403


def test_team_of_one_has_nobody_to_hand_it_to(alice_client: Client) -> None:
    assert "Nobody to hand it to" in alice_client.get(f"{HOME}team/transfer/").content.decode()


def test_name_with_an_address_in_it_is_refused_beside_the_field(alice_client: Client, team: Team) -> None:
    for page in (f"{HOME}team/settings/", "/teams/new/"):
        answer = alice_client.post(page, {"name": "Win at https://evil.example"})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])


def test_member_of_another_team_cannot_be_reached(alice_client: Client, charlie: User) -> None:
    stranger = Membership.objects.get(user=charlie)
    address = reverse("team:change_role", args=["morning-show", stranger.pk])
    assert alice_client.post(address, {"role": "viewer"}).status_code == 404
    stranger.refresh_from_db()
    assert stranger.role == Role.OWNER


def test_side_bar_shows_only_what_the_role_may_open(victor_client: Client, alice_client: Client) -> None:
    assert 'href="/studio/morning-show/audit/"' in alice_client.get(HOME).content.decode()
    assert 'href="/studio/morning-show/audit/"' not in victor_client.get(HOME).content.decode()


def test_every_entry_of_the_side_bar_opens(alice_client: Client) -> None:
    groups = alice_client.get(HOME).context["shell"].groups
    links = [link.url for group in groups for link in group.links]
    assert {url: alice_client.get(url).status_code for url in links} == dict.fromkeys(links, 200)


def test_home_part_is_fetched_by_itself_and_unknown_ones_are_missing(alice_client: Client) -> None:
    part = alice_client.get(f"{HOME}home/activity/", headers=HTMX)
    assert part.content.decode().strip().startswith('<section id="home-activity"')
    assert alice_client.get(f"{HOME}home/nothing/").status_code == 404


def test_htmx_request_of_the_signed_out_takes_the_whole_page_to_the_sign_in(
    client: Client, team: Team
) -> None:
    here = {"HX-Current-URL": f"http://testserver{HOME}team/", **HTMX}
    answer = client.get(f"{HOME}team/", headers=here)
    assert (answer.status_code, answer["HX-Redirect"]) == (
        204,
        "/accounts/login/?next=%2Fstudio%2Fmorning-show%2Fteam%2F",
    )
