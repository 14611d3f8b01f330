"""The record as a file (AUD-02), and the page that says whether it is whole (AUD-03)."""

import csv
import hashlib
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import AsyncClient, Client

from apps.accounts.models import User
from apps.audit import export
from apps.audit.models import AuditHead, AuditRecord
from apps.audit.services import record, verify
from apps.teams.models import Team
from tests.audit.test_chain import tamper

pytestmark = pytest.mark.django_db

BASE = "/studio/morning-show/audit/"
HTMX = {"HX-Request": "true"}


def body(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def table(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.spec("AUD-02")
def test_csv_has_every_field_oldest_first(alice_client: Client, alice: User, team: Team) -> None:
    record("key.add", team=team, actor=alice, target=team, after={"hint": "…1234"}, address="203.0.113.9")
    second = record("key.remove", team=team, before={"n": 1})
    answer = alice_client.get(f"{BASE}export/csv/")
    rows = table(body(answer))
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-morning-show-')
    assert [row["action"] for row in rows] == ["key.add", "key.remove"]
    assert (rows[0]["actor_name"], rows[0]["after"], rows[0]["address"]) == (
        "Alice Archer", '{"hint": "…1234"}', "203.0.113.9",
    )  # fmt: skip
    assert (rows[1]["number"], rows[1]["hash"], rows[1]["previous_hash"]) == (
        "2",
        second.hash,
        rows[0]["hash"],
    )


@pytest.mark.spec("AUD-02")
@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM", "\tx", "\rx"])
def test_csv_holds_nothing_that_a_spreadsheet_would_run(alice_client: Client, alice: User, name: str) -> None:
    record("key.add", team=alice.teams.get(), target=User(email="x@example.com", display_name=name))
    assert table(body(alice_client.get(f"{BASE}export/csv/")))[0]["target_name"] == f"'{name}"


@pytest.mark.spec("AUD-02", "AUD-03")
def test_json_lines_can_be_verified_without_the_product(alice_client: Client, team: Team) -> None:
    for number in range(3):
        record("test.act", team=team, after={"number": number, "words": "äöü – \u2028"})
    lines = [json.loads(line) for line in body(alice_client.get(f"{BASE}export/jsonl/")).split("\n") if line]
    previous = "0" * 64
    for line in lines:
        found = line.pop("hash")
        assert line["previous_hash"] == previous
        text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert found == hashlib.sha256(text.encode()).hexdigest()
        previous = found
    assert len(lines) == 3


@pytest.mark.spec("AUD-02")
def test_export_is_of_the_dates_and_the_filters(
    alice_client: Client, team: Team, alice: User, bob: User
) -> None:
    for day, actor in ((1, alice), (2, bob), (3, bob), (4, alice)):
        with time_machine.travel(datetime(2026, 3, day, 12, tzinfo=UTC), tick=False):
            record(f"day.{day}", team=team, actor=actor)

    def actions(query: str) -> list[str]:
        return [row["action"] for row in table(body(alice_client.get(f"{BASE}export/csv/?{query}")))]

    assert actions("first=2026-03-02&last=2026-03-03") == ["day.2", "day.3"]
    assert actions("person=Bob&last=2026-03-02") == ["day.2"]
    assert actions("first=2027-01-01") == []


@pytest.mark.spec("AUD-01", "AUD-02")
def test_export_is_on_record_once_and_holds_only_what_was_before_it(
    alice_client: Client, alice: User, team: Team, charlie: User
) -> None:
    record("key.add", team=team)
    record("key.add", team=charlie.teams.get())
    record("key.add")
    rows = table(body(alice_client.get(f"{BASE}export/csv/?first=2020-01-01")))
    line = AuditRecord.objects.get(action="audit.export")
    assert len(rows) == 1
    assert (line.actor, line.team, line.after) == (alice, team, {"format": "csv", "first": "2020-01-01"})


@pytest.mark.spec("AUD-02")
def test_long_record_is_sent_in_pieces_with_one_head(
    alice_client: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "LINES_AT_A_TIME", 2)
    for _ in range(5):
        record("test.act", team=team)
    pieces = list(alice_client.get(f"{BASE}export/csv/").streaming_content)
    assert (len(pieces), b"".join(pieces).count(b"actor_name")) == (3, 1)
    assert len(table(b"".join(pieces).decode())) == 5


@pytest.mark.django_db(transaction=True)
async def test_export_streams_under_asgi_too(team: Team, alice: User) -> None:
    from asgiref.sync import sync_to_async

    await sync_to_async(record)("test.act", team=team)
    client = AsyncClient()
    await client.aforce_login(alice)
    answer = await client.get(f"{BASE}export/jsonl/")
    text = b"".join([piece async for piece in answer.streaming_content]).decode()
    assert [json.loads(line)["action"] for line in text.splitlines()] == ["test.act"]
    await sync_to_async(connections.close_all)()


def test_export_is_for_those_who_see_the_record(bob_client: Client, alice_client: Client) -> None:
    assert bob_client.get(f"{BASE}export/csv/").status_code == 403
    assert alice_client.get(f"{BASE}export/xml/").status_code == 404


@pytest.mark.spec("AUD-03")
def test_page_says_that_the_record_is_whole(alice_client: Client, team: Team) -> None:
    record("test.act", team=team)
    assert "Not verified yet" in alice_client.get(f"{BASE}chain/").content.decode()
    part = alice_client.post(f"{BASE}chain/", headers=HTMX)
    assert (part.status_code, "The record is whole" in part.content.decode()) == (200, True)
    assert AuditHead.objects.get(chain=str(team.pk)).hash in part.content.decode()
    assert alice_client.post(f"{BASE}chain/")["Location"] == f"{BASE}chain/"
    assert "One line was verified" in alice_client.get(f"{BASE}chain/").content.decode()


@pytest.mark.spec("AUD-03")
def test_page_names_the_first_break(alice_client: Client, team: Team) -> None:
    for _ in range(3):
        record("test.act", team=team)
    tamper("UPDATE audit_auditrecord SET action = 'nothing' WHERE number = 2")
    page = alice_client.post(f"{BASE}chain/", follow=True).content.decode()
    assert "The record is broken at line 2" in page
    assert "Line 2 was changed after it was written." in page


def test_very_long_record_is_verified_at_night_only(
    alice_client: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.audit.views.verifying.MOST_LINES", 1)
    record("test.act", team=team)
    record("test.act", team=team)
    page = alice_client.post(f"{BASE}chain/", headers=HTMX).content.decode()
    assert "at night only" in page
    assert "Not verified yet" in page


@pytest.mark.spec("AUD-03")
@pytest.mark.django_db(transaction=True)
def test_record_that_is_written_to_while_it_is_verified_is_whole(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line is added, and an old one cut off, between the look at the end and the walk."""
    from apps.audit.services import retention, verifying

    for _ in range(3):
        record("test.act", team=team)
    real, calls = verifying._walk, []

    def interrupted(chain: str, head: Any) -> Any:
        if not calls:
            calls.append(record("test.act", team=team))
            retention._cut(chain, AuditRecord.objects.get(number=2).at)
        return real(chain, head)

    monkeypatch.setattr(verifying, "_walk", interrupted)
    assert verify(str(team.pk)) is None


@pytest.mark.spec("AUD-02")
def test_record_is_found_by_address_and_by_trail(alice_client: Client, team: Team) -> None:
    from apps.core.correlation import correlated

    with correlated("trail-12345678"):
        record("key.add", team=team, address="203.0.113.9")
    record("key.remove", team=team, address="198.51.100.1")
    found = {
        query: [line.action for line in alice_client.get(f"{BASE}?q={query}").context["page"].object_list]
        for query in ("203.0", "trail-12345678", "' OR 1=1")
    }
    assert found == {"203.0": ["key.add"], "trail-12345678": ["key.add"], "' OR 1=1": []}
