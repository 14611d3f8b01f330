"""What operators see of keys and vulnerabilities, and that nobody else does."""

import base64
import os
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.core.models import DataKey
from apps.core.vault.keyring import ensure_data_key
from apps.jobs.models import Job
from apps.security.models import Advisory, AdvisoryCheck
from tests.conftest import signed_in_with_factor

pytestmark = pytest.mark.django_db

PAGE, ROTATE, CHECK = (reverse(f"security:{name}") for name in ("overview", "rotate", "check"))


def text(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(("method", "path"), [("get", PAGE), ("post", ROTATE), ("post", CHECK)])
def test_pages_are_for_operators_only(alice_client: Client, client: Client, method: str, path: str) -> None:
    assert getattr(alice_client, method)(path).status_code == 404
    assert getattr(client, method)(path)["Location"].startswith("/accounts/login/")


@pytest.mark.spec("SEC-03")
def test_page_says_when_nothing_is_known_and_what_is(operator: User) -> None:
    client = signed_in_with_factor(operator)
    assert "No look has reached the advisory database" in text(client)
    AdvisoryCheck.objects.create(reached=True, packages=7)
    assert "7 packages were looked up" in text(client)
    Advisory.objects.create(
        ecosystem="PyPI", package="pillow", version="9.0.0", advisory="GHSA-1", fixed_in="9.0.1"
    )
    assert "pillow 9.0.0" in text(client)
    AdvisoryCheck.objects.create(reached=False, problem="OSV cannot be reached.")
    assert "The last look did not reach the database" in text(client)


def test_check_is_left_to_a_worker(operator: User) -> None:
    assert signed_in_with_factor(operator).post(CHECK)["Location"] == PAGE
    assert Job.objects.filter(kind="security.check_advisories").count() == 1


@pytest.mark.spec("SEC-01")
def test_operator_rotates_with_a_fresh_factor_and_is_recorded(operator: User) -> None:
    ensure_data_key()
    before = DataKey.objects.count()
    assert signed_in_with_factor(operator).post(ROTATE)["Location"] == PAGE
    assert DataKey.objects.count() == before + 1
    assert Job.objects.filter(kind="security.reseal_secrets").count() == 1
    assert AuditRecord.objects.filter(action="secrets.rotate", actor=operator).count() == 1


@pytest.mark.spec("SEC-01")
def test_page_names_a_master_key_that_is_lost(operator: User, settings: Any) -> None:
    client = signed_in_with_factor(operator)
    DataKey.objects.create(label="x", wrapped=b"x", master="local:gone")
    settings.MASTER_KEYS = [*settings.MASTER_KEYS, base64.b64encode(os.urandom(32)).decode()]
    assert "local:gone" in text(client)
    assert "not configured" in text(client)
