"""The audit record of the whole installation, for operators."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.audit.models import AuditHead
from apps.audit.services import check, record
from apps.teams.models import Team
from tests.audit.test_audit_pages import HTMX, names
from tests.audit.test_chain import tamper
from tests.audit.test_export import body, table
from tests.factories import TeamFactory

# The operator's own sign-in is on record too.
SIGN_IN = "account.sign_in"
LIST, CHAINS = "/operate/audit/", "/operate/audit/chains/"


@pytest.fixture
def other(charlie: User) -> Team:
    return charlie.teams.get()


@pytest.mark.spec("AUD-02")
def test_record_of_all_teams_and_outside_of_them_is_filtered(
    operator_client: Client, team: Team, other: Team, alice: User, charlie: User
) -> None:
    record("key.add", team=team, actor=alice, target=team)
    record("key.remove", team=other, actor=charlie)
    record("role.operator", actor=alice, target=charlie)
    queries = (
        "", "?place=teams", "?place=outside", "?team=morning-show", "?team=morning",
        f"?team={other.pk}", "?team=nobody", "?place=teams&person=alice",
        f"?person={charlie.pk}", "?q=morning", "?action=key.remove",
    )  # fmt: skip
    found = {query: names(operator_client.get(LIST + query)) for query in queries}
    assert found == {
        "": ["role.operator", "key.remove", "key.add", SIGN_IN],
        "?place=teams": ["key.remove", "key.add"],
        "?place=outside": ["role.operator", SIGN_IN],
        "?team=morning-show": ["key.add"],
        "?team=morning": ["key.add"],
        f"?team={other.pk}": ["key.remove"],
        "?team=nobody": [],
        "?place=teams&person=alice": ["key.add"],
        f"?person={charlie.pk}": ["key.remove"],
        "?q=morning": ["key.add"],
        "?action=key.remove": ["key.remove"],
    }


def test_filters_offer_every_action_and_tell_a_wrong_date(operator_client: Client, team: Team) -> None:
    record("key.add", team=team)
    record("role.operator")
    answer = operator_client.get(f"{LIST}?last=tomorrow", headers=HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["last"])
    assert [name for name, _ in answer.context["actions"]] == [SIGN_IN, "key.add", "role.operator"]


def test_record_of_a_team_that_is_gone_is_found_by_its_id(operator_client: Client) -> None:
    gone = TeamFactory(name="Gone")
    line = record("team.delete", team=gone)
    Team.objects.filter(pk=gone.pk).delete()
    for query in (f"?team={gone.pk}", "?place=teams"):
        assert names(operator_client.get(LIST + query)) == ["team.delete"]
    assert "In a team that is gone" in operator_client.get(f"{LIST}{line.pk}/").content.decode()


def test_one_record_is_shown_as_a_page_and_in_the_dialog(
    operator_client: Client, team: Team, alice: User
) -> None:
    line = record("role.change", team=team, actor=alice, before={"role": "viewer"}, after={"role": "<owner>"})
    page = operator_client.get(f"{LIST}{line.pk}/").content.decode()
    part = operator_client.get(f"{LIST}{line.pk}/", headers=HTMX).content.decode()
    assert ("&lt;owner&gt;" in page, line.hash in page, f"/operate/teams/{team.pk}/" in page) == (
        True,
        True,
        True,
    )
    assert part.strip().startswith('<div class="dialog-head">')
    assert operator_client.get(f"{LIST}999999999/").status_code == 404


@pytest.mark.spec("AUD-02")
def test_export_holds_what_is_listed_with_its_chains_and_is_itself_on_record(
    operator_client: Client, operator: User, team: Team, other: Team
) -> None:
    record("key.add", team=team)
    record("key.add", team=other)
    record("role.operator", after={"is_staff": True})
    lines = [json.loads(line) for line in body(operator_client.get(f"{LIST}export/jsonl/")).splitlines()]
    answer = operator_client.get(f"{LIST}export/csv/?place=teams")
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-installation-')
    assert [row["chain"] for row in table(body(answer))] == [str(team.pk), str(other.pk)]
    assert [(line["chain"], line["number"], line["action"]) for line in lines] == [
        ("installation", 1, SIGN_IN),
        (str(team.pk), 1, "key.add"),
        (str(other.pk), 1, "key.add"),
        ("installation", 2, "role.operator"),
    ]
    taken = operator_client.get(f"{LIST}?action=audit.export_all").context["page"].object_list
    assert [(line.actor, line.team, line.after) for line in taken] == [
        (operator, None, {"format": "csv", "place": "teams"}),
        (operator, None, {"format": "jsonl"}),
    ]
    assert operator_client.get(f"{LIST}export/xml/").status_code == 404


def chains_of(answer: Any) -> list[tuple[str, str]]:
    """Each chain that is listed, and how it is."""
    states = {None: "unseen", True: "whole", False: "broken"}
    return [
        (chain.head.chain, states[chain.check and chain.check.broken_at is None])
        for chain, _ in answer.context["rows"]
    ]


@pytest.mark.spec("AUD-03")
def test_each_chain_tells_whether_it_is_whole_the_broken_ones_first(
    operator_client: Client, team: Team, other: Team
) -> None:
    record("role.operator")
    record("key.add", team=other)
    record("key.remove", team=other)
    line = record("key.add", team=team)
    assert chains_of(operator_client.get(CHAINS)) == [
        ("installation", "unseen"), (str(other.pk), "unseen"), (str(team.pk), "unseen"),
    ]  # fmt: skip
    tamper("UPDATE audit_auditrecord SET action = 'key.use' WHERE id = %s", line.pk)
    for chain in ("installation", other.pk, team.pk):
        answer = operator_client.post(f"{CHAINS}{chain}/verify/")
        assert (answer.status_code, answer["Location"]) == (302, CHAINS)
    page = operator_client.get(CHAINS)
    assert chains_of(page) == [
        (str(team.pk), "broken"), ("installation", "whole"), (str(other.pk), "whole"),
    ]  # fmt: skip
    assert "One record is broken" in page.content.decode()
    assert "One record is broken" in operator_client.get(LIST).content.decode()
    assert "An audit record is broken" in operator_client.get("/operate/").content.decode()


@pytest.mark.spec("AUD-03")
def test_chain_whose_sealed_end_is_gone_is_listed_too(operator_client: Client, team: Team) -> None:
    record("key.add", team=team)
    tamper("DELETE FROM audit_audithead WHERE chain = %s", str(team.pk))
    check(str(team.pk))
    assert not AuditHead.objects.filter(pk=str(team.pk)).exists()
    assert chains_of(operator_client.get(CHAINS)) == [(str(team.pk), "broken"), ("installation", "unseen")]
    assert operator_client.post(f"{CHAINS}{team.pk}/verify/").status_code == 302
    assert operator_client.post(f"{CHAINS}nothing/verify/").status_code == 404


def test_long_chain_is_left_to_the_night(
    operator_client: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.audit.views.verifying.MOST_LINES", 1)
    record("key.add", team=team)
    record("key.add", team=team)
    operator_client.post(f"{CHAINS}{team.pk}/verify/")
    page = operator_client.get(CHAINS)
    assert chains_of(page) == [("installation", "unseen"), (str(team.pk), "unseen")]
    assert "at night only" in page.content.decode()


@pytest.mark.parametrize(("address", "asked"), [(LIST, 11), (CHAINS, 12)])
def test_lists_ask_the_same_for_one_row_and_for_three(
    operator_client: Client, team: Team, address: str, asked: int
) -> None:
    record("role.operator")
    counts = []
    for teams in ([team], [TeamFactory(), TeamFactory()]):
        for each in teams:
            record("key.add", team=each)
            check(str(each.pk))
        operator_client.get(address)
        with CaptureQueriesContext(connection) as captured:
            operator_client.get(address)
        counts.append(len(captured))
    assert counts == [asked, asked]


def test_pages_of_people_and_teams_lead_to_their_records(
    operator_client: Client, team: Team, alice: User
) -> None:
    assert f"{LIST}?team={team.pk}" in operator_client.get(f"/operate/teams/{team.pk}/").content.decode()
    assert f"{LIST}?person={alice.pk}" in operator_client.get(f"/operate/people/{alice.pk}/").content.decode()
