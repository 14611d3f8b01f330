"""How often posts were seen: asked once, when each is a week old, so that they can be compared (PUB-08)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.connections.models import Connection, QuotaUse, Strike
from apps.jobs.models import Job
from apps.publishing.models import Target, TargetStatus
from apps.publishing.services import counting
from apps.sandbox import queries as stand_in
from apps.sandbox.models import Account, Video
from apps.teams.models import Team
from tests.publishing.conftest import run_open_jobs
from tests.publishing.factories import ChannelFactory, PostFactory, TargetFactory, film_of
from tests.publishing.live import connected
from tests.sandbox.live import Sandbox, sandbox

__all__ = ["sandbox"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


def out(connection: Connection, external_id: str, days: float) -> Target:
    """Published so many days ago."""
    return TargetFactory(
        post=PostFactory(team=connection.team, video=film_of(connection.team)), connection=connection,
        status=TargetStatus.PUBLISHED, external_id=external_id, published_at=timezone.now() - timedelta(days=days),
    )  # fmt: skip


def there(connection: Connection, number: str) -> Video:
    """A video that is public at the stand-in for nine days, in the account of the connection."""
    since = timezone.now() - timedelta(days=9)
    account = Account.objects.get(external_id=connection.external_id)
    return Video.objects.create(
        account=account,
        external_id=number,
        title="Bees",
        privacy="public",
        processed_at=since,
        published_at=since,
    )


@pytest.mark.spec("PUB-08")
@pytest.mark.parametrize("slug", ["youtube", "tiktok", "instagram", "facebook"])
def test_views_are_asked_once_when_a_post_is_a_week_old(
    slug: str, sandbox: Sandbox, team: Team, clock: time_machine.Traveller
) -> None:
    connection = connected(sandbox, team, slug)
    film = there(connection, "7300000000000000001")
    seen = stand_in.views(film)
    ripe, gone = out(connection, film.external_id, 8), out(connection, "7300000000000000002", 8)
    fresh, old = out(connection, "7300000000000000003", 6), out(connection, "7300000000000000004", 61)
    for _ in range(2):
        assert counting.start_counting() <= 1
    assert Job.objects.filter(kind="publishing.count_views").count() == 1
    run_open_jobs()
    views = {target.pk: target.views for target in Target.objects.filter(connection=connection)}
    assert views == {ripe.pk: seen, gone.pk: None, fresh.pk: None, old.pk: None}
    asked = Target.objects.filter(connection=connection, views_at__isnull=False)
    assert set(asked.values_list("pk", flat=True)) == {ripe.pk, gone.pk}
    assert counting.start_counting() == 0


@pytest.mark.spec("PUB-08")
def test_channels_without_the_right_to_know_or_that_need_a_person_are_not_asked(team: Team) -> None:
    out(ChannelFactory(team=team, platform="facebook", scopes=["pages_manage_posts"]), "1", 8)
    out(ChannelFactory(team=team, platform="youtube", status="broken"), "2", 8)
    assert counting.start_counting() == 0


@pytest.mark.spec("PUB-08", "CON-04")
def test_used_up_quota_leaves_the_counting_for_later(team: Team) -> None:
    connection = ChannelFactory(team=team)
    target = out(connection, "abc", 8)
    now = timezone.now()
    QuotaUse.objects.create(
        platform="youtube", bucket="units", owner="app", window_start=now - timedelta(hours=1),
        window_end=now + timedelta(hours=1), used=10_000,
    )  # fmt: skip
    assert counting.count(connection.pk)["counted"] == 0
    target.refresh_from_db()
    assert target.views_at is None


@pytest.mark.spec("PUB-08")
@pytest.mark.parametrize("kind", ["reel", "video"])
def test_reels_and_videos_of_a_page_have_figures_of_other_names(
    kind: str, sandbox: Sandbox, team: Team, clock: time_machine.Traveller
) -> None:
    connection = connected(sandbox, team, "facebook")
    film = there(connection, "7300000000000000001")
    Video.objects.filter(pk=film.pk).update(kind=kind)
    target = out(connection, film.external_id, 8)
    counting.count(connection.pk)
    target.refresh_from_db()
    assert (target.views, connection.status) == (stand_in.views(film), "active")
    tried = [line for line in sandbox.calls("meta", "page.insights") if line.endswith("400")]
    assert len(tried) == (0 if kind == "reel" else 2)


@pytest.mark.spec("CON-03")
def test_video_that_was_refused_since_is_put_to_people_as_a_strike(
    sandbox: Sandbox, team: Team, clock: time_machine.Traveller
) -> None:
    connection = connected(sandbox, team, "youtube")
    films = [there(connection, number) for number in ("a", "b", "c")]
    taken, deleted, _ = [out(connection, film.external_id, 8) for film in films]
    Video.objects.filter(pk=films[0].pk).update(failure="copyright")
    Video.objects.filter(pk=films[1].pk).update(failure="duplicate")
    counting.count(connection.pk)
    found = Strike.objects.values_list("connection", "post_ref", "kind", "state", "about")
    about = f"“{taken.post}” · YouTube: the video was refused for a copyright claim."
    assert list(found) == [(connection.pk, taken.post_id, "copyright", "suggested", about)]
    deleted.refresh_from_db()
    assert deleted.views_at is not None
