"""The costs page adds the ledger up by day, provider and run (EXP-03)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.core.ids import new_id
from apps.providers import queries
from apps.providers.models import CostEntry
from tests.factories import TeamFactory

COSTS = "/studio/morning-show/providers/costs/"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(team):
    def make(actual: str, **values: Any) -> CostEntry:
        defaults = {
            "team": team,
            "provider": "openai_compatible",
            "capability": "script",
            "estimate": Decimal("0.01"),
        }
        return CostEntry.objects.create(actual=Decimal(actual), **{**defaults, **values})

    return make


def test_the_page_is_for_those_who_may_see_costs(client, charlie_client, victor_client, bob_client):
    assert client.get(COSTS)["Location"] == f"/accounts/login/?next={COSTS}"
    assert charlie_client.get(COSTS).status_code == 404
    assert victor_client.get(COSTS).status_code == 403
    assert bob_client.get(COSTS).status_code == 200


def test_nothing_spent_is_said(alice_client):
    page = alice_client.get(COSTS).content.decode()
    assert "Nothing spent" in page


@pytest.mark.spec("EXP-03")
def test_costs_are_added_up_by_provider_day_and_run(alice_client, enter, team):
    run, other = new_id(), new_id()
    now = timezone.now()
    enter("0.25", run_ref=run)
    enter("0.50", run_ref=run, provider="elevenlabs", capability="voice", succeeded=True)
    enter("0", run_ref=run, provider="elevenlabs", capability="voice", succeeded=False)
    enter("1.00", run_ref=other, at=now - timedelta(days=3))
    enter("9.00", at=now - timedelta(days=60))
    enter("7.00", team=TeamFactory())

    context = alice_client.get(COSTS).context
    assert (context["total"].actual, context["total"].calls, context["total"].failed) == (
        Decimal("1.75"),
        4,
        1,
    )
    assert context["total"].estimate == Decimal("0.04")
    assert context["today"].actual == Decimal("0.75")
    assert [row["actual"] for row in context["rows"]] == [Decimal("0.75"), Decimal("1.00")]

    rows = alice_client.get(f"{COSTS}?by=provider").context["rows"]
    assert [(row["name"], row["capability"], row["actual"], row["failed"]) for row in rows] == [
        ("OpenAI or compatible", "script", Decimal("1.25"), 0),
        ("ElevenLabs", "voice", Decimal("0.50"), 1),
    ]
    assert [row["share"] for row in rows] == [1, Decimal("0.4")]

    rows = alice_client.get(f"{COSTS}?by=run").context["rows"]
    assert [(row["run_ref"], row["actual"], row["calls"]) for row in rows] == [
        (run, Decimal("0.75"), 3),
        (other, Decimal("1.00"), 1),
    ]


def test_filters_narrow_the_sums_and_nonsense_is_ignored(alice_client, enter):
    enter("0.25")
    enter("0.50", provider="elevenlabs", capability="voice")
    enter("9.00", at=timezone.now() - timedelta(days=60))

    def spent(query: str) -> Decimal:
        return alice_client.get(f"{COSTS}?{query}").context["total"].actual

    assert spent("provider=elevenlabs") == Decimal("0.50")
    assert spent("capability=script") == Decimal("0.25")
    assert spent("days=90") == Decimal("9.75")
    assert spent("days=5&provider=nobody&capability=x&by=y&page=z") == Decimal("0.75")
    assert b"No call matches" in alice_client.get(f"{COSTS}?provider=pexels").content


def test_days_are_those_of_the_teams_time_zone(team, enter):
    enter("1.00", at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    since = datetime(2026, 1, 1, tzinfo=UTC)
    entries = queries.costs(team, since=since)
    assert [str(row["day"]) for row in queries.by_day(entries, "UTC")] == ["2026-03-01"]
    assert [str(row["day"]) for row in queries.by_day(entries, "Asia/Tokyo")] == ["2026-03-02"]


def test_htmx_gets_the_list_alone(alice_client, enter):
    enter("0.25")
    part = alice_client.get(COSTS, headers=HTMX).content.decode()
    assert part.lstrip().startswith('<div id="list"')
    assert "<html" not in part


@pytest.mark.parametrize("by", ["day", "provider", "run"])
def test_the_list_takes_the_same_queries_for_one_and_three_rows(
    by, alice_client, enter, django_assert_num_queries
):
    alice_client.get(COSTS)
    enter("0.25", run_ref=new_id())
    with django_assert_num_queries(7):
        alice_client.get(f"{COSTS}?by={by}", headers=HTMX)
    enter("0.25", run_ref=new_id(), provider="elevenlabs", at=timezone.now() - timedelta(days=1))
    enter("0.25", run_ref=new_id(), provider="pexels", at=timezone.now() - timedelta(days=2))
    with django_assert_num_queries(7):
        alice_client.get(f"{COSTS}?by={by}", headers=HTMX)
