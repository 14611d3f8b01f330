"""Videos are kept as long as the team's setting says: shown, told a week before, removed (LIB-10)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.events.models import Event
from apps.flags.models import FlagRule
from apps.flags.services import set_setting
from apps.library import holds
from apps.library.flags import KEPT_DAYS
from apps.library.models import Video, VideoStatus
from apps.library.services.expiry import expiry_of, keep_to_plans
from apps.publishing.models import Post
from apps.publishing.queries import awaited_videos
from apps.teams.models import Team
from tests.factories import VideoFactory

DAY = timedelta(days=1)


@pytest.fixture
def thirty_days(team: Team, operator: Any) -> None:
    set_setting(KEPT_DAYS, value=30, team=team, actor=operator)


def aged(team: Team, days: float, **more: Any) -> Video:
    video = VideoFactory(team=team, **more)
    Video.objects.filter(pk=video.pk).update(created_at=timezone.now() - timedelta(days=days))
    video.refresh_from_db()
    return video


@pytest.mark.spec("LIB-10")
def test_old_video_is_told_of_once_and_removed_a_week_later(team: Team, thirty_days: None) -> None:
    now = timezone.now()
    old, young = aged(team, 24), aged(team, 20)
    elsewhere = aged(VideoFactory().team, 400)
    assert keep_to_plans(now=now) == {"told": 1, "removed": 0}
    assert keep_to_plans(now=now + DAY) == {"told": 0, "removed": 0}
    event = Event.objects.get(type="videos.expiring")
    assert (event.team, event.data["titles"], event.data["count"]) == (team, [old.title], 1)
    assert keep_to_plans(now=now + 6 * DAY)["removed"] == 0
    assert keep_to_plans(now=now + 7 * DAY + timedelta(minutes=1))["removed"] == 1
    left = set(Video.objects.values_list("pk", flat=True))
    assert (old.pk in left, young.pk in left, elsewhere.pk in left) == (False, True, True)
    assert Video.with_deleted.get(pk=old.pk).deleted_at is not None


def test_shorter_time_removes_nothing_that_was_not_told(team: Team, thirty_days: None) -> None:
    now = timezone.now()
    ancient = aged(team, 300)
    assert keep_to_plans(now=now) == {"told": 1, "removed": 0}
    ancient.refresh_from_db()
    assert expiry_of(ancient, team) == now + 7 * DAY
    assert Video.objects.filter(pk=ancient.pk).exists()


def test_longer_time_keeps_what_was_told(team: Team, thirty_days: None, operator: Any) -> None:
    now = timezone.now()
    video = aged(team, 25)
    keep_to_plans(now=now)
    set_setting(KEPT_DAYS, value=365, team=team, actor=operator)
    assert keep_to_plans(now=now + 20 * DAY) == {"told": 0, "removed": 0}
    assert Video.objects.filter(pk=video.pk).exists()


def test_nothing_is_removed_where_videos_are_kept_for_good(team: Team) -> None:
    video = aged(team, 4000)
    assert keep_to_plans() == {"told": 0, "removed": 0}
    assert expiry_of(video, team) is None
    assert not FlagRule.objects.exists()


def test_video_that_is_needed_or_being_made_stays(team: Team, thirty_days: None) -> None:
    now = timezone.now()
    posted, making, gone = aged(team, 40), aged(team, 40, status=VideoStatus.MAKING), aged(team, 40)
    Post.objects.create(team=team, video=posted, status="scheduled", title="Later")
    Post.objects.create(team=team, video=gone, status="published", title="Sent")
    assert keep_to_plans(now=now)["told"] == 2
    assert keep_to_plans(now=now + 8 * DAY)["removed"] == 1
    assert set(Video.objects.values_list("pk", flat=True)) == {posted.pk, making.pk}
    assert awaited_videos in holds._holds


@pytest.mark.spec("LIB-10")
def test_pages_say_until_when_videos_are_kept(bob_client: Client, team: Team, thirty_days: None) -> None:
    video = aged(team, 26)
    aged(team, 1)
    listed = bob_client.get(reverse("library:list", args=[team.slug]))
    assert (listed.context["expiring"], "One video is removed within a week" in listed.content.decode()) == (
        1,
        True,
    )
    shown = bob_client.get(reverse("library:video", args=[team.slug, video.pk]))
    assert (shown.context["expires_at"], "Kept until" in shown.content.decode()) == (
        video.created_at + 30 * DAY,
        True,
    )


def test_pages_say_nothing_where_videos_are_kept_for_good(bob_client: Client, team: Team) -> None:
    video = aged(team, 400)
    assert bob_client.get(reverse("library:list", args=[team.slug])).context["expiring"] == 0
    assert (
        "Kept until"
        not in bob_client.get(reverse("library:video", args=[team.slug, video.pk])).content.decode()
    )
