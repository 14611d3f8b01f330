"""The page of who did what."""

from datetime import UTC, datetime
from typing import Any

import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.audit.services import record
from apps.teams.models import Team

LIST = "/studio/morning-show/audit/"
HTMX = {"HX-Request": "true"}


def names(answer: Any) -> list[str]:
    return [line.action for line in answer.context["page"].object_list]


def test_audit_pages_are_for_those_of_the_team_who_may(
    client: Client, charlie_client: Client, bob_client: Client, team: Team
) -> None:
    for page in (LIST, f"{LIST}{record('key.add', team=team).pk}/"):
        assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
        assert charlie_client.get(page).status_code == 404
        assert bob_client.get(page).status_code == 403


def test_actions_are_named_as_people_call_them(alice_client: Client, team: Team) -> None:
    line = record("team.invite_resend", team=team)
    assert ">Team invite resend</a>" in alice_client.get(LIST).content.decode()
    page = alice_client.get(f"{LIST}{line.pk}/").content.decode()
    assert '<dd class="mono">team.invite_resend</dd>' in page  # searched for, and exported, by this


def test_record_is_filtered_by_person_action_and_words(
    alice_client: Client, alice: Any, bob: Any, team: Team, charlie: Any
) -> None:
    record("key.add", team=team, actor=alice, target=team)
    record("key.remove", team=team, actor=bob)
    record("key.add", team=charlie.memberships.get().team, actor=charlie)
    record("key.add", actor=alice)
    queries = ("", "?action=key.add", "?person=bob+b", "?q=morning", "?person=charlie")
    assert {query: names(alice_client.get(LIST + query)) for query in queries} == {
        "": ["key.remove", "key.add"],
        "?action=key.add": ["key.add"],
        "?person=bob+b": ["key.remove"],
        "?q=morning": ["key.add"],
        "?person=charlie": [],
    }


def test_record_is_filtered_by_whole_days_in_the_persons_zone(
    alice_client: Client, alice: Any, team: Team
) -> None:
    alice.time_zone = "Asia/Tokyo"  # nine hours ahead
    alice.save(update_fields=["time_zone"])
    for hour, action in ((14, "before"), (16, "on-the-day")):
        with time_machine.travel(datetime(2026, 3, 1, hour, tzinfo=UTC), tick=False):
            record(action, team=team)
    found = {
        query: names(alice_client.get(LIST + query)) for query in ("?first=2026-03-02", "?last=2026-03-01")
    }
    assert found == {"?first=2026-03-02": ["on-the-day"], "?last=2026-03-01": ["before"]}


def test_wrong_date_is_told_and_the_rest_still_works(alice_client: Client, team: Team) -> None:
    record("key.add", team=team)
    answer = alice_client.get(f"{LIST}?first=yesterday&action=key.add", headers=HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["first"])
    assert "Enter a valid date." in answer.content.decode()
    assert names(answer) == ["key.add"]


def test_one_record_is_shown_as_a_page_and_in_the_dialog(
    alice_client: Client, team: Team, charlie: Any
) -> None:
    line = record("role.change", team=team, before={"role": "viewer"}, after={"role": "<owner>"})
    page = alice_client.get(f"{LIST}{line.pk}/").content.decode()
    part = alice_client.get(f"{LIST}{line.pk}/", headers=HTMX).content.decode()
    assert "&lt;owner&gt;" in page
    assert line.hash in page
    assert part.strip().startswith('<div class="dialog-head">')
    theirs = record("role.change", team=charlie.memberships.get().team)
    own = record("installation.change")
    missing = [alice_client.get(f"{LIST}{other.pk}/").status_code for other in (theirs, own)]
    assert missing == [404, 404]


def test_audit_list_takes_as_many_queries_for_three_as_for_one(
    alice_client: Client, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    record("one", team=team)
    alice_client.get(LIST)
    with django_assert_num_queries(7):
        alice_client.get(LIST)
    record("two", team=team)
    record("three", team=team)
    with django_assert_num_queries(7):
        alice_client.get(LIST)


def test_audit_list_says_when_it_is_empty(alice_client: Client, team: Team) -> None:
    assert "Show the whole record" in alice_client.get(f"{LIST}?q=zzz").content.decode()
