"""Posts of every state over some weeks, for the pages of planning."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.jobs.rows import Row
from apps.publishing import clock
from apps.publishing.models import (
    AffiliateLink,
    HashtagPool,
    LinkClicks,
    Post,
    PostStatus,
    QueueSlot,
    Series,
    Target,
    TargetStatus,
)
from apps.publishing.services import importing, links, series
from apps.teams.models import Team
from tests.publishing.factories import ChannelFactory, filmed

TITLES = (
    "Why bread smells of home",
    "Three knives are enough",
    "The starter that outlived its baker, and what became of it afterwards",
    "Salt",
    "Night shift at the bakery",
)
# Days from today, hour, minute, status; those of one day stand together.
PLAN = (
    (-6, 18, 0, PostStatus.PUBLISHED),
    (-4, 18, 0, PostStatus.PARTLY_PUBLISHED),
    (-3, 18, 0, PostStatus.FAILED),
    (-2, 18, 0, PostStatus.PUBLISHED),
    (0, 0, 5, PostStatus.PUBLISHING),
    (1, 9, 0, PostStatus.SCHEDULED),
    (1, 9, 20, PostStatus.SCHEDULED),
    (1, 12, 0, PostStatus.AWAITING_APPROVAL),
    (1, 15, 0, PostStatus.SCHEDULED),
    (1, 17, 0, PostStatus.SCHEDULED),
    (1, 19, 30, PostStatus.SCHEDULED),
    (3, 9, 0, PostStatus.SCHEDULED),
    (6, 9, 0, PostStatus.SCHEDULED),
)
OF_TARGETS = {
    PostStatus.PUBLISHED: TargetStatus.PUBLISHED,
    PostStatus.PARTLY_PUBLISHED: TargetStatus.PUBLISHED,
    PostStatus.FAILED: TargetStatus.FAILED,
    PostStatus.PUBLISHING: TargetStatus.PUBLISHING,
    PostStatus.AWAITING_APPROVAL: TargetStatus.DRAFT,
}


def build_planning(team: Team, person: User) -> dict[str, Any]:
    """Rows for the pages of planning; the names fill their addresses."""
    channels = [
        ChannelFactory(team=team, name="Night Kitchen Shorts"),
        ChannelFactory(team=team, platform="tiktok", name="nightkitchen.daily"),
        ChannelFactory(team=team, platform="instagram", name="Night Kitchen Wien"),
    ]
    video = filmed(team, title="Bread at midnight")
    posts = [_post(team, person, video, channels, number) for number in range(len(PLAN))]
    for title in ("Crumbs", "How to keep a knife sharp"):
        draft = Post.objects.create(team=team, video=video, title=title, created_by=person)
        Target.objects.create(team=team, post=draft, connection=channels[1], asset=video.assets.first())
    for day, hour, channel in ((0, 9, None), (2, 9, None), (4, 9, None), (4, 17, None), (5, 11, channels[1])):
        QueueSlot.objects.create(team=team, weekday=day, at=time(hour), connection=channel)
    return {
        "planned_post": posts[5].pk,
        **_series(team, person, posts[0]),
        **_links(team),
        **_plans(team, person, channels),
    }


def _series(team: Team, person: User, pattern: Post) -> dict[str, Any]:
    pool = HashtagPool.objects.create(
        team=team, name="Sourdough", tags=["sourdough", "baking", "crumb", "rye"]
    )
    rule: dict[str, Any] = {"at": time(18), "starts_on": timezone.localdate(), "zone": team.time_zone}
    kept = series.create_series(
        team=team, actor=person, pattern=pattern, name="Bread on Fridays", every_days=7, pool=pool,
        titles=["Bread, once more"], texts=["It still smells of home.", "Flour, water, salt, time."], **rule,
    )  # fmt: skip
    paused = series.create_series(
        team=team, actor=person, pattern=pattern, name="Knives", every_days=14, **rule
    )
    Series.objects.filter(pk=paused.pk).update(
        paused_at=timezone.now(), pause_reason="The post that is repeated goes to no channel any more."
    )
    return {"series": paused.pk, "kept_series": kept.pk, "pool": pool.pk}


def _links(team: Team) -> dict[str, Any]:
    made = [
        links.create_link(team=team, actor=None, name=name, url=f"https://shop.example.com/{slug}?tag=night")
        for name, slug in (("Bread knife", "knife"), ("Dutch oven", "oven"), ("Scale", "scale"))
    ]
    today = clock.on_clock(timezone.now(), team.time_zone).date()
    for days, clicks in enumerate((12, 48, 3, 1290)):
        LinkClicks.objects.create(team=team, link=made[0], day=today - timedelta(days=days), clicks=clicks)
    AffiliateLink.objects.filter(pk=made[2].pk).update(is_off=True)
    return {"link": made[0].pk}


def _plans(team: Team, person: User, channels: list[Connection]) -> dict[str, Any]:
    usual = {
        "date": "2031-04-01", "time": "09:00", "channels": channels[0].name, "video": "Bread at midnight",
        "title": "April",
    }  # fmt: skip
    rows = [
        Row(2, usual),
        Row(3, {**usual, "date": "next", "title": "Whenever there is room"}),
        Row(4, {**usual, "channels": "Day Kitchen", "time": "9 o’clock"}),
        Row(5, usual),
    ]
    plan = importing.keep_plan(team=team, actor=person, name="april.csv", rows=rows)
    done = importing.keep_plan(team=team, actor=person, name="march.csv", rows=[rows[0]])
    done.started_at = done.finished_at = timezone.now()
    done.refused = {"2": "Its video was deleted."}
    done.save()
    return {"plan": plan.pk, "done_plan": done.pk}


def _post(team: Team, person: User, video: Any, channels: list[Connection], number: int) -> Post:
    shift, hour, minute, status = PLAN[number]
    day = clock.on_clock(timezone.now(), team.time_zone).date() + timedelta(days=shift)
    at = clock.moment(datetime.combine(day, time(hour, minute)), team.time_zone)
    post = Post.objects.create(
        team=team, video=video, title=TITLES[number % len(TITLES)], text="What happens at night.", status=status,
        due_at=at, zone=team.time_zone, created_by=person, reminded_at=at,
    )  # fmt: skip
    for channel in channels[: 1 + number % 3]:
        Target.objects.create(
            team=team, post=post, connection=channel, due_at=at, asset=video.assets.first(),
            status=OF_TARGETS.get(status, TargetStatus.SCHEDULED),
            moved_reason="TikTok allows no more for now. It goes out tomorrow." if number == 11 else "",
        )  # fmt: skip
    return post
