"""The whole key is shown to those who may manage keys, after a fresh proof of who asks; the record says so (SEC-08)."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditRecord
from apps.providers.models import ProviderKey
from apps.teams.models import Team
from tests.factories import PASSWORD
from tests.providers.conftest import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(new_key: Any, team: Team) -> str:
    return reverse("providers:reveal_key", args=[team.slug, new_key().pk])


def proven(client: Client) -> Client:
    """After the question for the password, so that the proof is fresh."""
    assert client.post(reverse("accounts:confirm"), {"password": PASSWORD}).status_code == 302
    return client


def lines() -> list[tuple[str, str]]:
    return list(
        AuditRecord.objects.filter(action="provider.key_reveal").values_list("actor_name", "target_type")
    )


@pytest.mark.spec("SEC-08")
def test_key_is_shown_after_a_question_and_recorded_each_time(alice_client: Client, address: str) -> None:
    proven(alice_client)
    asked = alice_client.get(address)
    assert (asked.status_code, SECRET in asked.content.decode(), lines()) == (200, False, [])
    for count in (1, 2):
        shown = alice_client.post(address)
        assert SECRET in shown.content.decode()
        assert shown["Cache-Control"] == "no-store"
        assert lines() == [("Alice Archer", "providers.ProviderKey")] * count
    part = alice_client.post(address, headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith('<section id="secret"')


@pytest.mark.spec("SEC-08")
@pytest.mark.parametrize("method", ["get", "post"])
def test_old_proof_is_asked_for_again_and_nothing_is_shown(
    alice_client: Client, address: str, settings: Any, method: str
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        proven(alice_client)
        clock.shift(settings.FRESH_FOR_S + 1)
        answer = getattr(alice_client, method)(address)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("accounts:confirm"))
    assert lines() == []


def test_key_is_shown_to_nobody_else(
    address: str, bob_client: Client, victor_client: Client, charlie_client: Client
) -> None:
    found = [client.post(address).status_code for client in (bob_client, victor_client, charlie_client)]
    assert found == [403, 403, 404]
    assert lines() == []


def test_key_without_a_secret_or_with_a_lost_one_says_so(
    alice_client: Client, address: str, settings: Any
) -> None:
    proven(alice_client)
    key = ProviderKey.objects.get()
    key.secret = ""
    key.save()
    assert "nothing to show" in alice_client.post(address).content.decode()
    ProviderKey.objects.filter(pk=key.pk).delete()
    assert alice_client.post(address).status_code == 404
