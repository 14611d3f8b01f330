"""The page of what happened in a team."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.events.models import Event
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from tests.conftest import signed_in

LIST = "/studio/morning-show/events/"
HTMX = {"HX-Request": "true"}


def make(team: Team, name: str, type_name: str = "job.dead", **values: Any) -> Event:
    return Event.objects.create(
        team=team,
        type=type_name,
        subject_type="jobs.Job",
        subject_id="1",
        subject_name=name,
        data={"kind": "tests.note", "error": "<b>no sound</b>", "attempts": 3},
        correlation_id="test-page",
        **values,
    )


def names(answer: Any) -> list[str]:
    return [event.subject_name for event in answer.context["page"].object_list]


def test_event_pages_are_for_those_of_the_team_who_may(
    client: Client, charlie_client: Client, victor_client: Client, team: Team
) -> None:
    for page in (LIST, f"{LIST}{make(team, 'x').pk}/"):
        assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
        assert charlie_client.get(page).status_code == 404
        assert victor_client.get(page).status_code == 403


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OPERATOR, Role.EDITOR])
def test_event_page_is_open_to_those_roles(team: Team, victor: Any, role: Role) -> None:
    Membership.objects.filter(user=victor).update(role=role)
    assert signed_in(victor).get(LIST).status_code == 200


def test_events_are_listed_newest_first_and_filtered(alice_client: Client, team: Team, charlie: Any) -> None:
    make(charlie.memberships.get().team, "Theirs")
    make(team, "First")
    make(team, "Second", "job.requeued")
    found = {
        query: names(alice_client.get(LIST + query))
        for query in ("", "?type=job.dead", "?q=sec", "?type=no.such")
    }
    assert found == {
        "": ["Second", "First"],
        "?type=job.dead": ["First"],
        "?q=sec": ["Second"],
        "?type=no.such": ["Second", "First"],
    }


def test_event_is_shown_as_a_page_and_in_the_dialog(alice_client: Client, team: Team, charlie: Any) -> None:
    address = f"{LIST}{make(team, 'Render').pk}/"
    page = alice_client.get(address).content.decode()
    part = alice_client.get(address, headers=HTMX).content.decode()
    assert "&lt;b&gt;no sound&lt;/b&gt;" in page
    assert "A job failed for the last time" in page
    assert part.strip().startswith('<div class="dialog-head">')
    theirs = make(charlie.memberships.get().team, "Theirs")
    assert alice_client.get(f"{LIST}{theirs.pk}/").status_code == 404


def test_events_are_named_as_people_call_them(alice_client: Client, team: Team) -> None:
    types = ("job.dead", "video.ready", "gone.with_a_version")
    titles = [make(team, "x", type_name).title for type_name in types]
    assert titles == ["Job failed", "Video ready", "Gone with a version"]
    page = alice_client.get(LIST).content.decode()
    assert [title in page for title in titles] == [True] * 3
    assert ">job.dead<" not in page


def test_event_list_answers_htmx_with_its_part_and_says_when_it_is_empty(
    alice_client: Client, team: Team
) -> None:
    part = alice_client.get(LIST, headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="list">')
    assert "Nothing happened yet" in part
    assert "Show all events" in alice_client.get(f"{LIST}?q=x").content.decode()


def test_event_list_takes_as_many_queries_for_three_as_for_one(
    alice_client: Client, alice: Any, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make(team, "one", actor=alice)
    alice_client.get(LIST)
    with django_assert_num_queries(6):
        alice_client.get(LIST)
    make(team, "two", actor=alice)
    make(team, "three")
    with django_assert_num_queries(6):
        alice_client.get(LIST)
