"""Keys are changed while the product runs; what was killed in the middle goes on where it was (SEC-01)."""

import base64
import os
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from apps.audit.models import AuditRecord
from apps.core import rotation, vault
from apps.core.models import DataKey
from apps.jobs.models import Job
from apps.jobs.runner import run_job
from apps.providers.models import ProviderKey
from apps.security import services
from apps.security.jobs import finish_rotation_nightly
from apps.teams.models import Team

pytestmark = pytest.mark.django_db


def make_keys(team: Team, count: int) -> list[ProviderKey]:
    return [
        ProviderKey.objects.create(team=team, provider="pexels", secret=f"secret number {number}")
        for number in range(count)
    ]


def secrets() -> list[str]:
    return sorted(key.secret for key in ProviderKey.objects.all())


@pytest.mark.spec("SEC-01", "P-A05")
def test_background_rotation_seals_everything_anew_while_all_stays_readable(team: Team, alice: Any) -> None:
    make_keys(team, 5)
    before = secrets()
    job = services.rotate_data_key(actor=alice)
    assert secrets() == before
    fresh = ProviderKey.objects.create(team=team, provider="pexels", secret="written meanwhile")
    assert rotation.stale_count() == 5
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"rows": 5, "unreadable": []})
    assert (rotation.stale_count(), secrets()) == (0, sorted([*before, fresh.secret]))
    assert AuditRecord.objects.filter(action="secrets.rotate", actor=alice).count() == 1


@pytest.mark.spec("SEC-01")
def test_rotation_that_was_killed_goes_on_where_it_was(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    make_keys(team, 6)
    before = secrets()
    vault.add_data_key()
    real, calls = rotation.seal, []

    def die_at_the_fifth(*args: Any, **kwargs: Any) -> vault.Sealed:
        calls.append(args)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(rotation, "seal", die_at_the_fifth)
    with pytest.raises(KeyboardInterrupt):
        rotation.reseal(ProviderKey, batch=2)
    assert (rotation.stale_count(), secrets()) == (2, before)
    assert rotation.reseal(ProviderKey, batch=2).rows == 2
    assert (rotation.stale_count(), secrets()) == (0, before)


def test_what_an_older_version_stored_is_sealed_by_night(team: Team, settings: Any) -> None:
    (key,) = make_keys(team, 1)
    token = Fernet(settings.SECRET_KEYS_FERNET[0]).encrypt(b"from long ago").decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE providers_providerkey SET secret = %s WHERE id = %s", [token, key.pk])
    finish_rotation_nightly()
    finish_rotation_nightly()
    run_job(str(Job.objects.get(kind="security.reseal_secrets").pk))
    settings.SECRET_KEYS_FERNET = []
    assert secrets() == ["from long ago"]
    finish_rotation_nightly()
    assert Job.objects.filter(kind="security.reseal_secrets").count() == 1


def said(*words: str) -> str:
    out = StringIO()
    call_command("secrets", *words, stdout=out, stderr=out)
    return out.getvalue()


def test_commands_change_both_keys_and_prove_that_everything_opens(team: Team, settings: Any) -> None:
    make_keys(team, 3)
    assert "3 rows were sealed by it" in said("rotate")
    assert "0 rows are not sealed by the newest data key yet" in said("status")
    old = settings.MASTER_KEYS
    settings.MASTER_KEYS = [base64.b64encode(os.urandom(32)).decode(), *old]
    assert f"{DataKey.objects.count()} data keys are wrapped by local:" in said("rewrap")
    settings.MASTER_KEYS = settings.MASTER_KEYS[:1]
    assert said("verify") == "Every stored secret can be opened.\n"
    settings.MASTER_KEYS = old
    assert "which is NOT among MASTER_KEYS" in said("status")
    with pytest.raises(CommandError, match="3 stored secrets can't be opened"):
        said("verify")
    with pytest.raises(CommandError, match="is not among MASTER_KEYS"):
        said("rewrap")


def test_rotation_can_be_left_to_a_worker(team: Team) -> None:
    make_keys(team, 1)
    assert "a worker seals everything by it" in said("rotate", "--background")
    assert rotation.stale_count() == 1


@pytest.mark.spec("SEC-01")
def test_page_of_keys_still_opens_where_the_master_key_is_lost(
    team: Team, alice_client: Any, settings: Any
) -> None:
    make_keys(team, 1)
    settings.MASTER_KEYS = [base64.b64encode(os.urandom(32)).decode()]
    vault.forget_unwrapped()
    assert alice_client.get(f"/studio/{team.slug}/providers/").status_code == 200
