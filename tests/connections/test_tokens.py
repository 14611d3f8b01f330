"""Tokens that are valid now, renewed once, and what happens where only a person can help (CON-02, P-A05, P-A06)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from django.db import connections as databases
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.connections.errors import NeedsReconnecting
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.services import tokens
from apps.core import http
from apps.events.models import Event
from tests.connections.factories import ConnectionFactory
from tests.core.http_loopback import status

RENEWED = {"access_token": "ya29.renewed", "expires_in": 3599, "scope": "a b", "token_type": "Bearer"}


@pytest.fixture(autouse=True)
def youtube(server, settings, valkey):
    """YouTube is the loopback server."""
    settings.SANDBOX_URL = ""
    settings.PLATFORM_CLIENTS = {**settings.PLATFORM_CLIENTS, "youtube": ("client-1", "a-secret-3f9a")}
    names = ("authorize", "token", "revoke", "api", "upload")
    fixed = {"authorize": "/authorize", "token": "/token", "revoke": "/revoke"}
    settings.PLATFORM_ADDRESSES = {f"youtube.{name}": f"{server.url}{fixed.get(name, '')}" for name in names}


def ending(seconds: float, **values) -> Connection:
    return ConnectionFactory(expires_at=timezone.now() + timedelta(seconds=seconds), **values)


def names(type_name: str) -> list[str]:
    return list(Event.objects.filter(type=type_name).values_list("subject_id", flat=True))


@pytest.mark.django_db(transaction=True)
class TestCalls:
    def test_a_good_token_is_taken_as_it_is(self, server):
        connection = ending(3600, access_token="ya29.good")
        call = tokens.call_for(connection)
        assert (call.token, call.account_id) == ("ya29.good", connection.external_id)
        assert server.asked == []

    def test_one_that_ends_soon_is_renewed_first(self, server):
        server.on("POST", "/token", status(200, RENEWED))
        connection = ending(60)
        assert tokens.call_for(connection).token == "ya29.renewed"
        kept = Connection.objects.get(pk=connection.pk)
        assert (kept.access_token, kept.refresh_token) == ("ya29.renewed", connection.refresh_token)
        assert kept.expires_at > timezone.now() + timedelta(minutes=55)

    @pytest.mark.spec("CON-02")
    def test_many_workers_renew_it_once(self, server):
        server.on("POST", "/token", status(200, RENEWED))
        connection = ending(60)
        got: list[str] = []
        start = threading.Barrier(6)

        def work() -> None:
            try:
                start.wait(10)
                got.append(tokens.call_for(connection).token)
            finally:
                databases.close_all()

        workers = [threading.Thread(target=work) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(20)
        assert got == ["ya29.renewed"] * 6
        assert len(server.asked) == 1

    def test_a_revoked_grant_needs_a_person_and_is_told_once(self, server):
        server.on("POST", "/token", status(400, {"error": "invalid_grant"}))
        connection = ending(60)
        for _ in range(2):
            with pytest.raises(NeedsReconnecting, match="has to be connected again"):
                tokens.call_for(connection)
        kept = Connection.objects.get(pk=connection.pk)
        assert kept.status == ConnectionStatus.BROKEN
        assert "Connect the channel again" in kept.status_reason
        assert names("connection.broken") == [str(connection.pk)]
        assert len(server.asked) == 1

    def test_while_the_platform_is_down_a_token_is_used_to_its_end(self, server):
        server.on("POST", "/token", status(503))
        assert tokens.call_for(ending(60, access_token="ya29.old")).token == "ya29.old"
        with pytest.raises(http.Unavailable):
            tokens.call_for(ending(-1))

    def test_a_disconnected_one_needs_reconnecting(self):
        connection = ConnectionFactory(status=ConnectionStatus.DISCONNECTED)
        with pytest.raises(NeedsReconnecting, match="disconnected"):
            tokens.call_for(connection)

    def test_a_refused_token_is_renewed_before_anybody_is_bothered(self, server):
        server.on("POST", "/token", status(200, RENEWED))
        connection = ending(3600)
        refused = http.AuthExpired("no", status=401)
        assert tokens.report_auth_failure(connection, refused) is True
        assert Connection.objects.get(pk=connection.pk).status == ConnectionStatus.ACTIVE
        assert tokens.report_auth_failure(connection, refused) is False
        assert Connection.objects.get(pk=connection.pk).status == ConnectionStatus.BROKEN
        assert names("connection.broken") == [str(connection.pk)]

    def test_a_missing_right_is_no_matter_of_the_token(self, server):
        connection = ending(3600)
        assert (
            tokens.report_auth_failure(connection, http.AuthExpired("A permission is missing.", status=403))
            is False
        )
        assert server.asked == []
        assert Connection.objects.get(pk=connection.pk).status_reason == "A permission is missing."

    def test_it_is_renewed_ahead_of_its_end(self, server):
        server.on("POST", "/token", status(200, RENEWED))
        connection = ending(15 * 60)
        tokens.renew_ahead(connection)
        assert Connection.objects.get(pk=connection.pk).access_token == "ya29.renewed"
        tokens.renew_ahead(Connection.objects.get(pk=connection.pk))
        assert len(server.asked) == 1


@pytest.mark.django_db
def test_no_token_reaches_events_or_the_record(server):
    connection = ConnectionFactory(access_token="ya29.secret-1", refresh_token="1//secret-2")
    tokens.mark_broken(connection.pk, "The permission was withdrawn.")
    told = str(list(Event.objects.values()))
    assert "secret-1" not in told
    assert "secret-2" not in told


START = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.spec("CON-02", "P-A06")
class TestWarnings(TestCase):
    @hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        life_h=st.floats(1, 80),
        looks=st.lists(st.floats(0, 80), min_size=1, max_size=12).map(sorted),
        renewed_h=st.none() | st.floats(1, 80),
    )
    def test_each_end_within_a_day_is_told_once(self, life_h, looks, renewed_h):
        """Whatever the moments of looking, and whether it is renewed in between: one alert an end, none before."""
        end = START + timedelta(hours=life_h)
        row = ConnectionFactory(refresh_token="", expires_at=end)
        told: dict[datetime, int] = {}
        expected: set[datetime] = set()
        for place, hours in enumerate(looks):
            now = START + timedelta(hours=hours)
            if renewed_h is not None and place == len(looks) // 2:
                row.refresh_from_db()
                row.expires_at = end = now + timedelta(hours=renewed_h)
                row.save()
            if now < end <= now + timedelta(hours=24):
                expected.add(end)
            before = Event.objects.filter(type="connection.expiring").count()
            tokens.warn_expiring(now)
            told[end] = told.get(end, 0) + Event.objects.filter(type="connection.expiring").count() - before
        assert dict.fromkeys(expected, 1) == {end: count for end, count in told.items() if count}

    def test_a_token_that_renews_itself_is_no_matter(self):
        ConnectionFactory(expires_at=START + timedelta(hours=1), refresh_token="1//r")
        assert tokens.warn_expiring(START) == 0


@pytest.mark.spec("P-A05")
class TestSealing(TestCase):
    @hypothesis_settings(max_examples=20, deadline=None)
    @given(token=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=8, max_size=300))
    def test_a_stored_token_never_shows_its_text(self, token):
        row = ConnectionFactory(access_token=token, refresh_token=token[::-1])
        with database.cursor() as cursor:
            cursor.execute(
                "SELECT access_token, refresh_token FROM connections_connection WHERE id = %s", [row.pk]
            )
            for stored, plain in zip(cursor.fetchone(), (token, token[::-1]), strict=True):
                assert stored != plain
                assert plain not in stored
        kept = Connection.objects.get(pk=row.pk)
        assert (kept.access_token, kept.refresh_token) == (token, token[::-1])
