"""What people are told about posts (PUB-13)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from apps.accounts.models import User
from apps.events.models import Event
from apps.events.services import deliver
from apps.notifications.models import Notice
from apps.publishing.models import Post, PostStatus, TargetStatus
from apps.publishing.services.reminding import remind_due_soon
from apps.publishing.services.results import settle_post
from apps.teams.models import Team
from tests.publishing.factories import ChannelFactory, PostFactory, TargetFactory
from tests.publishing.scripted import Scripted

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PUB-13")]

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def told(user: User) -> list[tuple[str, str]]:
    for event in Event.objects.filter(type__startswith="post."):
        for delivery in event.deliveries.all():
            deliver(delivery.subscriber, event.subject_id)
    return list(Notice.objects.filter(user=user).order_by("created_at").values_list("title", "body"))


@pytest.fixture
def planned(team: Team) -> Post:
    post: Post = PostFactory(
        team=team, title="Bees", due_at=NOON, zone="Europe/Berlin", status=PostStatus.SCHEDULED
    )
    TargetFactory(post=post, status=TargetStatus.SCHEDULED, due_at=NOON)
    return post


def test_reminder_comes_half_an_hour_before_and_once(planned: Post, alice: User, victor: User) -> None:
    assert remind_due_soon(NOON - timedelta(minutes=31)) == 0
    assert remind_due_soon(NOON - timedelta(minutes=30)) == 1
    assert remind_due_soon(NOON - timedelta(minutes=29)) == 0
    assert told(alice) == [("“Bees” goes out in 30 minutes", "At 14:00 (Europe/Berlin) on youtube.")]
    assert told(victor) == []


def test_cancelled_and_finished_posts_are_not_reminded_of(planned: Post) -> None:
    for status in set(PostStatus) - {PostStatus.SCHEDULED}:
        Post.objects.update(status=status)
        assert remind_due_soon(NOON - timedelta(minutes=10)) == 0


def test_result_lists_reasons_first_then_links(planned: Post, alice: User, platform: Scripted) -> None:
    first = planned.targets.get()
    first.status, first.link, first.warnings = (
        TargetStatus.PUBLISHED,
        "https://tube.example/1",
        ["No thumbnail."],
    )
    first.save()
    TargetFactory(
        post=planned,
        connection=ChannelFactory(team=planned.team, platform="tiktok", name="Bees"),
        status=TargetStatus.FAILED,
        error="The video is too long.",
    )
    with time_machine.travel(NOON):
        settle_post(planned)
    assert told(alice) == [
        (
            "“Bees” failed on 1 of 2 channels",
            f"TikTok: Bees: The video is too long.\nYouTube: {first.connection}: https://tube.example/1\n"
            f"YouTube: {first.connection}: No thumbnail.",
        )
    ]


@pytest.mark.parametrize(
    ("status", "title"),
    [(TargetStatus.PUBLISHED, "“Bees” is published"), (TargetStatus.FAILED, "“Bees” was not published")],
)
def test_whole_result_is_told_once(planned: Post, alice: User, status: str, title: str) -> None:
    planned.targets.update(status=status)
    settle_post(planned)
    settle_post(planned)
    assert [row[0] for row in told(alice)] == [title]
