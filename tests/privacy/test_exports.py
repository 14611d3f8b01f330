"""Everything that the product holds of a person, in a ZIP (ACC-10)."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from redis import Redis

from apps.accounts.models import TimeCodeDevice, User
from apps.audit.services import record
from apps.jobs.models import Job
from apps.jobs.runner import run_job
from apps.privacy import services
from apps.privacy.models import DataExport
from apps.teams.models import Team
from tests.conftest import signed_in, signed_in_with_factor
from tests.factories import AssetFactory, VideoFactory
from tests.privacy.traces import MARK, leave_traces

pytestmark = [pytest.mark.django_db, pytest.mark.spec("ACC-10")]
PAGE = "/accounts/data/"


@pytest.fixture(autouse=True)
def nothing_counted(valkey: Redis) -> None:
    """Exports are counted in Valkey."""


def fetch(client: Client, export: DataExport) -> zipfile.ZipFile:
    answer = client.get(f"{PAGE}export/{export.pk}/")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]


def made(user: User) -> DataExport:
    export = services.request_export(user=user)
    services.make_export(export.pk)
    export.refresh_from_db()
    return export


def test_export_holds_rows_and_files_of_the_person_and_of_nobody_else(
    alice: User, bob: User, team: Team
) -> None:
    asset = AssetFactory(team=team, video=VideoFactory(team=team, title="Mine", created_by=alice))
    VideoFactory(team=team, title="Bob's own", created_by=bob)
    record("team.rename", team=team, actor=alice)
    client = signed_in(alice)
    archive = fetch(client, made(alice))
    texts = {name: archive.read(name) for name in archive.namelist()}
    profile = json.loads(texts["account/profile.json"])
    assert (profile["email"], profile["display_name"]) == ("alice@example.com", "Alice Archer")
    assert json.loads(texts["teams/memberships.json"])[0]["team"] == "Morning Show"
    assert [row["title"] for row in json.loads(texts["library/videos.json"])] == ["Mine"]
    assert "team.rename" in texts["audit/records.json"].decode()
    with asset.open() as file:
        assert file.read() in [texts[name] for name in texts if name.startswith("library/files/")]
    assert b"bob@example.com" not in b"".join(texts.values())


def test_export_holds_what_the_person_left_in_every_table(alice: User, team: Team) -> None:
    leave_traces(alice, team)
    archive = fetch(signed_in_with_factor(alice), made(alice))
    marked = {name for name in archive.namelist() if MARK in archive.read(name).decode(errors="replace")}
    assert marked == {
        "account/connected_accounts.json",
        "account/second_factors.json",
        "admin/changes.json",
        "approvals/asked.json",
        "audit/records.json",
        "automations/automations.json",
        "connections/connections.json",
        "connections/strikes.json",
        "consents/consents.json",
        "creation/runs.json",
        "events/events.json",
        "grants/granted.json",
        "jobs/batches.json",
        "jobs/machines.json",
        "library/review_comments.json",
        "library/review_links.json",
        "library/uploads.json",
        "library/versions.json",
        "library/videos.json",
        "notifications/acknowledged.json",
        "notifications/announced.json",
        "notifications/contacts.json",
        "notifications/emails.json",
        "notifications/messages.json",
        "notifications/notices.json",
        "notifications/wishes.json",
        "publishing/plans.json",
        "publishing/posts.json",
        "publishing/series.json",
    }
    rest = {
        name: len(json.loads(archive.read(name)))
        for name in archive.namelist()
        if name.endswith(".json") and name not in marked
    }
    assert rest == {
        "account/addresses.json": 1,
        "account/browsers.json": 3,
        "account/profile.json": 11,
        "account/sessions.json": 2,
        "connections/sign-ins.json": 1,
        "approvals/decided.json": 1,
        "creation/scenes.json": 1,
        "exports/exports.json": 2,
        "grants/revoked.json": 1,
        "notifications/quiet_hours.json": 1,
        "publishing/channels.json": 0,
        "teams/invitations_accepted.json": 1,
        "teams/invitations_received.json": 1,
        "teams/invitations_sent.json": 1,
        "teams/memberships.json": 1,
    }


def test_export_holds_no_secret(alice: User) -> None:
    device = TimeCodeDevice.objects.create(user=alice, name="app")
    export = made(alice)
    with default_storage.open(export.file) as file, zipfile.ZipFile(file) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "Authenticator" in text or "app" in text
    assert (device.key in text, alice.password in text) == (False, False)


def test_export_is_asked_for_made_and_told_of(alice: User) -> None:
    client = signed_in(alice)
    client.post(f"{PAGE}export/")
    client.post(f"{PAGE}export/")  # a second wish while the first is being made is the same one
    job = Job.objects.get(kind="privacy.export_data")
    run_job(str(job.pk))
    export = DataExport.objects.get()
    assert (export.status, export.size > 0) == ("ready", True)
    assert [letter.subject for letter in mail.outbox] == ["Your export is ready"]
    assert f"{PAGE}export/{export.pk}/" in client.get(PAGE).content.decode()


def test_export_is_fetched_only_by_its_person_and_with_a_fresh_proof(alice: User, bob: User) -> None:
    export = made(alice)
    assert signed_in(bob).get(f"{PAGE}export/{export.pk}/").status_code == 404
    client = signed_in(alice)
    session = client.session
    session["proved_at"] = 0
    session.save()
    assert client.get(f"{PAGE}export/{export.pk}/")["Location"].startswith("/accounts/confirm/")


def test_export_is_forgotten_after_a_week(alice: User) -> None:
    export = made(alice)
    assert services.forget_expired() == 0
    DataExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert (services.forget_expired(), default_storage.exists(export.file)) == (1, False)
