"""Who may see what is published, from a time on (LIB-12)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.events.models import Event
from apps.jobs.models import Job
from apps.publishing.errors import PublishingError
from apps.publishing.jobs import change_visibility
from apps.publishing.models import Target, TargetStatus
from apps.publishing.services import visibility
from apps.sandbox.models import Account, Video
from apps.teams.models import Team
from tests.publishing.conftest import run_open_jobs
from tests.publishing.factories import ChannelFactory, PostFactory, TargetFactory, film_of
from tests.publishing.live import connected
from tests.sandbox.live import Sandbox, sandbox

__all__ = ["sandbox"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
NIGHT = datetime.fromisoformat("2027-10-31T02:30")  # the clocks of Berlin show it twice


def out(connection: Connection, **facts: object) -> Target:
    post = PostFactory(team=connection.team, video=film_of(connection.team))
    return TargetFactory(
        post=post, connection=connection, status=TargetStatus.PUBLISHED, external_id="vid00000001", **facts
    )


@pytest.mark.spec("LIB-12")
def test_platform_is_asked_when_the_time_comes_and_once(sandbox: Sandbox, team: Team, bob: User) -> None:
    connection = connected(sandbox, team, "youtube")
    target = out(connection)
    account = Account.objects.get(external_id=connection.external_id)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    film = Video.objects.create(
        account=account, external_id="vid00000001", title="Bees", privacy="private", processed_at=since
    )
    soon = datetime.now(UTC) + timedelta(minutes=30)
    visibility.plan_visibility(target, "public", soon.replace(tzinfo=None), "UTC", bob)
    change_visibility()
    assert not Job.objects.filter(kind="publishing.edit_published").exists()
    with time_machine.travel(soon, tick=False):
        for _ in range(2):
            change_visibility()
        assert Job.objects.filter(kind="publishing.edit_published").count() == 1
        run_open_jobs()
    film.refresh_from_db()
    target.refresh_from_db()
    assert film.privacy == "public"
    assert (target.overrides["privacy"], target.privacy_at, target.privacy_then) == ("public", None, "")


@pytest.mark.spec("LIB-12")
@pytest.mark.parametrize(("fold", "hour"), [(0, 0), (1, 1)])
def test_time_is_on_the_clock_of_its_zone(fold: int, hour: int, team: Team, bob: User) -> None:
    kept = visibility.plan_visibility(
        out(ChannelFactory(team=team)), "public", NIGHT, "Europe/Berlin", bob, fold=fold
    )
    assert kept.privacy_at == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)


def test_what_can_not_be_changed_is_refused(team: Team, bob: User) -> None:
    youtube, tiktok = out(ChannelFactory(team=team)), out(ChannelFactory(team=team, platform="tiktok"))
    for target, privacy in ((youtube, "friends"), (tiktok, "SELF_ONLY")):
        with pytest.raises(PublishingError, match="Choose who may see it"):
            visibility.plan_visibility(target, privacy, NIGHT, "UTC", bob)
    with pytest.raises(PublishingError, match="This time has passed"):
        visibility.plan_visibility(youtube, "public", datetime.fromisoformat("2020-01-01T00:00"), "UTC", bob)


@pytest.mark.spec("LIB-12")
def test_what_was_taken_down_meanwhile_is_told(team: Team, bob: User) -> None:
    target = out(ChannelFactory(team=team))
    visibility.plan_visibility(target, "public", NIGHT, "UTC", bob)
    Target.objects.filter(pk=target.pk).update(status=TargetStatus.DELETED)
    with time_machine.travel(NIGHT.replace(tzinfo=UTC), tick=False):
        change_visibility()
    told = Event.objects.get(type="target.changed")
    assert told.data["reason"] == "Only what is published can be edited."


@pytest.mark.spec("LIB-12")
def test_page_plans_and_drops(team: Team, bob_client: Client, victor_client: Client) -> None:
    target = out(ChannelFactory(team=team))
    page = f"/studio/morning-show/posts/targets/{target.pk}/visibility/"
    assert victor_client.get(page).status_code == 403
    twice = {"privacy": "unlisted", "due_at": "2027-10-31T02:30", "zone": "Europe/Berlin"}
    assert bob_client.post(page, twice).status_code == 422
    assert bob_client.post(page, {**twice, "fold": "1"}).status_code == 302
    target.refresh_from_db()
    assert (target.privacy_then, target.privacy_at) == ("unlisted", datetime(2027, 10, 31, 1, 30, tzinfo=UTC))
    assert 'value="2027-10-31T02:30"' in bob_client.get(page).content.decode()
    bob_client.post(page, {"drop": "1"})
    target.refresh_from_db()
    assert target.privacy_at is None
