"""What a load balancer asks."""

import shutil
from collections import namedtuple
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from apps.operations import readiness

pytestmark = [pytest.mark.spec("OPS-01"), pytest.mark.django_db]

WELL = {"database": "ok", "valkey": "ok", "migrations": "ok", "disk": "ok"}


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    readiness._fits.clear()


def test_ready_when_every_part_is_well(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, WELL)
    assert "no-store" in answer["Cache-Control"]


def test_what_was_found_once_is_not_looked_up_again(client: Client, django_assert_num_queries: Any) -> None:
    client.get("/readyz")
    with django_assert_num_queries(1):
        client.get("/readyz")


def test_valkey_that_is_away_is_named_while_people_are_served(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {**WELL, "valkey": "Valkey does not answer."}


def test_not_ready_before_the_release_step(client: Client) -> None:
    ((app, newest),) = MigrationLoader(connection).graph.leaf_nodes("jobs")
    MigrationRecorder(connection).record_unapplied(app, newest)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "not applied" in answer.json()["migrations"]


def test_not_ready_on_a_full_disk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    Usage = namedtuple("Usage", "total used free")
    full = Usage(10**12, 10**12 - 10**6, 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {**WELL, "disk": "Only 0 MB are left."}


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is asked for another port, where nobody listens."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    answer = client.get("/readyz")
    monkeypatch.undo()
    connection.close()
    assert answer.status_code == 503
    assert answer.json()["database"] == "PostgreSQL does not answer."
    assert client.get("/healthz").status_code == 200
