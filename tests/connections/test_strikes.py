"""Strikes against channels: kept by people, suggested by refusals, and over by themselves (CON-03)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.connections import queries
from apps.connections.capabilities import PostKind
from apps.connections.errors import WrongStrike
from apps.connections.models import Connection, Strike, StrikeKind, StrikeState
from apps.connections.services import strikes
from apps.connections.strikes import Risk, risk_of
from apps.core.ids import new_id
from apps.events.models import Event
from apps.events.services import deliver
from apps.notifications.models import Notice
from apps.teams.models import Team
from tests.connections.factories import ConnectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
TODAY = date(2026, 11, 20)


def struck(connection: Connection, days_ago: int = 0, **values: Any) -> Strike:
    received_on = timezone.localdate() - timedelta(days=days_ago)
    given = {"kind": StrikeKind.COPYRIGHT, "about": "Music of others", "received_on": received_on, **values}
    return strikes.record_strike(connection=connection, actor=None, **given)


def suggested(connection: Connection, **values: Any) -> Strike | None:
    given = {"reason": "copyright", "about": "“Bees” · refused", "post_ref": new_id(), **values}
    return strikes.suggest_strike(connection=connection, **given)


def address(name: str, connection: Connection, *more: Any) -> str:
    return reverse(f"connections:{name}", args=[connection.team.slug, connection.pk, *more])


def sent(**values: Any) -> dict[str, Any]:
    given = {
        "kind": "copyright",
        "about": "Music of others",
        "received_on": f"{timezone.localdate():%Y-%m-%d}",
    }
    return {**given, **values}


@pytest.mark.spec("CON-03")
def test_strike_that_was_written_down_counts_on_card_and_page(
    alice_client: Client, alice: User, team: Team
) -> None:
    row = ConnectionFactory(team=team)
    answer = alice_client.post(address("record_strike", row), sent(about="A song of others"), follow=True)
    assert "A song of others" in answer.content.decode()
    for page in (reverse("connections:list", args=[team.slug]), address("detail", row)):
        assert "1 active strike" in alice_client.get(page).content.decode()
    strike = Strike.objects.get()
    assert (strike.recorded_by, strike.until) == (alice, timezone.localdate() + timedelta(days=90))
    line = AuditRecord.objects.get(action="connection.strike")
    assert line.after == {"state": "active", "kind": "copyright", "about": "A song of others"}


@pytest.mark.spec("CON-03")
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(
    alice_client: Client, team: Team
) -> None:
    row, today = ConnectionFactory(team=team), timezone.localdate()
    wrong = {
        "This field is required.": sent(about=""),
        "This day has not come yet.": sent(received_on=f"{today + timedelta(days=2):%Y-%m-%d}"),
        "It cannot end before it was received.": sent(until=f"{today - timedelta(days=1):%Y-%m-%d}"),
        "Select a valid choice": sent(post=str(new_id())),
    }
    for sentence, data in wrong.items():
        for headers in ({}, {"HX-Request": "true"}):
            answer = alice_client.post(address("record_strike", row), data, headers=headers)
            assert (answer.status_code, sentence in answer.content.decode()) == (422, True), sentence
            assert answer.content.decode().lstrip().startswith("<section") == bool(headers)
    assert not Strike.objects.exists()


def test_only_who_manages_connections_writes_them(
    victor_client: Client, bob_client: Client, team: Team
) -> None:
    row = ConnectionFactory(team=team)
    strike = struck(row)
    for client in (victor_client, bob_client):
        assert "Write down a strike" not in client.get(address("detail", row)).content.decode()
        assert client.post(address("record_strike", row), sent()).status_code == 403
        asked = client.post(address("decide_strike", row, strike.pk), {"state": "resolved"})
        assert asked.status_code == 403
    assert [kept.state for kept in Strike.objects.all()] == ["active"]


@pytest.mark.spec("CON-03")
def test_strike_is_over_by_itself_at_its_date(team: Team) -> None:
    row = ConnectionFactory(team=team)
    strikes.record_strike(
        connection=row, actor=None, kind=StrikeKind.OTHER, about="x", received_on=date(2026, 1, 1)
    )
    last = date(2026, 4, 1)
    assert risk_of(row, last) == Risk(active=1, of_a_kind=1, most=3)
    assert risk_of(row, last + timedelta(days=1)) == Risk(most=3)
    assert [kept.has_ended for kept in queries.strikes(row, last + timedelta(days=1))] == [True]


def test_elsewhere_a_strike_stands_until_it_is_taken_back(team: Team) -> None:
    row = ConnectionFactory(team=team, platform="tiktok")
    strike = struck(row, days_ago=400)
    assert (strike.until, risk_of(row)) == (None, Risk(active=1, of_a_kind=1))
    strikes.decide(strike=strike, actor=None, state=StrikeState.RESOLVED)
    assert risk_of(Connection.objects.get()) == Risk()


@pytest.mark.spec("CON-03")
@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        (["copyright"], None),
        (["copyright", "community"], "ends a channel at 3 of one kind within 90 days."),
        (["copyright", "copyright"], "ends a channel at 3 of one kind within 90 days, so one more ends it."),
        (["copyright"] * 3, "within 90 days: see there whether it still stands."),
    ],
)
def test_composer_warns_from_two_strikes_on(team: Team, kinds: list[str], sentence: str | None) -> None:
    row = ConnectionFactory(team=team, name="Night Kitchen")
    for kind in kinds:
        struck(row, kind=kind)
    said = [warning for warning in queries.warnings_for(row, PostKind.VIDEO) if warning.code == "strikes"]
    assert [warning.stops for warning in said] == ([False] if sentence else [])
    if sentence:
        assert said[0].sentence.startswith(f"Night Kitchen has {len(kinds)} active strikes. YouTube ")
        assert said[0].sentence.endswith(sentence)


@pytest.mark.spec("CON-03")
def test_suggestion_counts_only_once_a_person_has_confirmed_it(alice_client: Client, team: Team) -> None:
    row = ConnectionFactory(team=team)
    strike = suggested(row)
    assert strike is not None
    assert risk_of(row) == Risk(suggested=1, most=3)
    page = alice_client.get(address("detail", row)).content.decode()
    assert "1 possible strike" in page
    assert "active strike" not in page
    confirmed = alice_client.post(
        address("decide_strike", row, strike.pk), {"state": "active"}, headers={"HX-Request": "true"}
    )
    undo = f"{address('decide_strike', row, strike.pk)}?state=suggested"
    assert undo in confirmed["HX-Trigger"]
    assert risk_of(Connection.objects.get()) == Risk(active=1, of_a_kind=1, most=3)
    alice_client.post(undo)
    assert risk_of(Connection.objects.get()) == Risk(suggested=1, most=3)


@pytest.mark.spec("CON-03")
def test_one_post_is_suggested_once_whatever_became_of_it(team: Team) -> None:
    row = ConnectionFactory(team=team)
    strike = suggested(row)
    assert strike is not None
    strikes.decide(strike=strike, actor=None, state=StrikeState.DISMISSED)
    assert suggested(row, post_ref=strike.post_ref) is None
    assert suggested(row, post_ref=strike.post_ref, reason="legal") is None
    by_hand = struck(row, post_ref=new_id())
    assert suggested(row, post_ref=by_hand.post_ref) is None
    assert suggested(row, reason="codec") is None
    assert suggested(ConnectionFactory(team=team, platform="rtmp")) is None
    assert Strike.objects.count() == 2
    assert queries.strikes(row)[0].strike == by_hand


def test_people_are_told_of_a_suggestion_and_of_nothing_that_they_did(team: Team, alice: User) -> None:
    row = ConnectionFactory(team=team, name="Night Kitchen")
    struck(row)
    suggested(row, about="“Bees” · refused for a copyright claim.")
    events = Event.objects.filter(type="connection.strike")
    assert events.count() == 2
    for event in events:
        for delivery in event.deliveries.all():
            deliver(delivery.subscriber, event.subject_id)
    notice = Notice.objects.get(user=alice)
    assert notice.title == "YouTube may have given “Night Kitchen” a strike"
    assert notice.body.startswith("“Bees” · refused for a copyright claim.")
    assert notice.href == address("detail", row)


def test_steps_that_do_not_follow_are_refused(alice_client: Client, team: Team) -> None:
    row = ConnectionFactory(team=team)
    strike = struck(row)
    with pytest.raises(WrongStrike):
        strikes.decide(strike=strike, actor=None, state=StrikeState.SUGGESTED)
    answer = alice_client.post(address("decide_strike", row, strike.pk), {"state": "lost"}, follow=True)
    assert "A strike cannot be so." in answer.content.decode()
    other = ConnectionFactory(team=team)
    assert (
        alice_client.post(address("decide_strike", other, strike.pk), {"state": "resolved"}).status_code
        == 404
    )


def test_list_of_strikes_takes_as_many_queries_for_three_as_for_one(
    alice_client: Client, team: Team, django_assert_num_queries: Any
) -> None:
    row = ConnectionFactory(team=team)
    struck(row, post_ref=new_id())
    alice_client.get(address("strikes", row))
    for _ in range(2):
        with django_assert_num_queries(12):
            alice_client.get(address("strikes", row), headers={"HX-Request": "true"})
        for _ in range(2):
            struck(row, post_ref=new_id())
