"""What would exceed a platform's quota is planned into the next window, and says so (PUB-09)."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.connections.services import quota
from apps.publishing import quotas
from apps.publishing.models import Target
from apps.publishing.services import posts
from apps.publishing.services.placing import first_fit
from apps.teams.models import Team
from tests.concurrency import at_once
from tests.publishing.factories import ChannelFactory, PostFactory, TargetFactory, film_of

NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
NOON = NOW + timedelta(hours=6)
DAY = timedelta(days=1)
TIMES = st.integers(0, 60 * 48).map(lambda half_hours: NOW + half_hours * timedelta(minutes=30))


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def scheduled(team: Team, channel: Any, at: datetime, actor: User) -> Target:
    post = PostFactory(team=team, video=film_of(team))
    TargetFactory(post=post, connection=channel)
    posts.schedule(post, at, "Europe/Berlin", actor)
    return Target.objects.select_related("post").get(post=post)


@pytest.mark.spec("PUB-09")
@hypothesis_settings(deadline=None)
@given(asked=st.lists(TIMES, min_size=1, max_size=25), limit=st.integers(1, 4))
def test_no_window_ever_holds_more_than_its_limit(asked: list[datetime], limit: int) -> None:
    events: list[datetime] = []
    for at in asked:
        placed = first_fit(at, events, limit, DAY)
        alone = sum(at - DAY < event < at + DAY for event in events) < limit
        assert placed >= at
        assert placed == at or not alone
        events = sorted([*events, placed])
    for event in events:
        assert sum(event - DAY < other <= event for other in events) <= limit


@pytest.mark.spec("PUB-09")
@pytest.mark.django_db
def test_post_over_the_days_limit_of_a_channel_goes_out_when_a_place_is_free(
    team: Team, bob: User, settings: Any
) -> None:
    settings.PLATFORM_QUOTAS = {"tiktok.posts": 2}
    channel, other = (
        ChannelFactory(team=team, platform="tiktok"),
        ChannelFactory(team=team, platform="tiktok"),
    )
    first, second, third = (scheduled(team, channel, NOON + timedelta(hours=n), bob) for n in range(3))
    assert [target.due_at for target in (first, second)] == [NOON, NOON + timedelta(hours=1)]
    assert third.due_at == NOON + timedelta(hours=25)  # the ledger counts by the hour
    assert third.moved_reason == (
        "TikTok: all 2 of “Posts” for a day are planned. It goes out on 11 March at 14:00 (Europe/Berlin)."
    )
    assert third.post.due_at == NOON + timedelta(hours=2)
    assert scheduled(team, other, NOON, bob).moved_reason == ""


@pytest.mark.spec("PUB-09", "CON-04")
@pytest.mark.django_db
def test_upload_over_the_installations_limit_waits_for_midnight_of_the_pacific(
    team: Team, bob: User, settings: Any
) -> None:
    settings.PLATFORM_QUOTAS = {"youtube.uploads": 2}
    channel = ChannelFactory(team=team)
    quota.spend(ChannelFactory(), "publish.open")  # another team's
    scheduled(team, channel, NOW + timedelta(minutes=30), bob)
    late = scheduled(team, channel, NOW + timedelta(minutes=40), bob)
    assert late.due_at == datetime(
        2026, 3, 10, 7, tzinfo=UTC
    )  # midnight there: the clocks went forward on the 8th
    assert "It goes out on 10 March at 08:00 (Europe/Berlin)" in late.moved_reason
    full = [scheduled(team, channel, NOON, bob) for _ in range(2)]
    assert [target.due_at for target in full] == [NOON, datetime(2026, 3, 11, 7, tzinfo=UTC)]


@pytest.mark.spec("PUB-09")
@pytest.mark.django_db
def test_place_that_is_given_up_is_there_for_the_next(team: Team, bob: User, settings: Any) -> None:
    settings.PLATFORM_QUOTAS = {"tiktok.posts": 1}
    channel = ChannelFactory(team=team, platform="tiktok")
    first, second = (scheduled(team, channel, NOON, bob) for _ in range(2))
    assert second.due_at != NOON
    posts.cancel(first.post, bob)
    posts.schedule(second.post, NOON, "UTC", bob)
    second.refresh_from_db()
    assert (second.due_at, second.moved_reason) == (NOON, "")


@pytest.mark.spec("PUB-09")
@pytest.mark.django_db
def test_now_is_now_and_the_ledger_decides(team: Team, bob: User, settings: Any) -> None:
    settings.PLATFORM_QUOTAS = {"tiktok.posts": 1}
    channel = ChannelFactory(team=team, platform="tiktok")
    scheduled(team, channel, NOON, bob)
    post = PostFactory(team=team, video=film_of(team))
    target = TargetFactory(post=post, connection=channel)
    posts.publish_now(post, bob)
    target.refresh_from_db()
    assert (target.due_at, target.moved_reason) == (NOW, "")


@pytest.mark.spec("PUB-09")
@pytest.mark.django_db
def test_quota_calendar_counts_what_is_used_and_planned(
    team: Team, bob: User, victor_client: Client, settings: Any
) -> None:
    settings.PLATFORM_QUOTAS = {"tiktok.posts": 2}
    channel = ChannelFactory(team=team, platform="tiktok")
    quota.spend(channel, "publish.open")
    for _ in range(2):
        scheduled(team, channel, NOON, bob)
    [row] = quotas.quota_calendar(team, [channel]).rows
    assert [(day.used, day.planned, day.kind) for day in row.days[:3]] == [
        (1, 1, "live"),
        (0, 1, ""),
        (0, 0, ""),
    ]
    shown = victor_client.get("/studio/morning-show/posts/calendar/quotas/").content.decode()
    assert "1 used and 1 planned of 2" in shown
    assert "all 2 of “Posts” for a day are planned" in shown


@pytest.mark.django_db
def test_quota_calendar_asks_the_same_for_one_channel_as_for_three(team: Team, victor_client: Client) -> None:
    address = "/studio/morning-show/posts/calendar/quotas/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert victor_client.get(address).status_code == 200
        return len(captured)

    ChannelFactory(team=team)
    victor_client.get(address)
    few = queries()
    for platform in ("youtube", "youtube"):
        ChannelFactory(team=team, platform=platform)
    assert queries() == few <= 15


@pytest.mark.spec("PUB-09")
@pytest.mark.django_db(transaction=True)
def test_no_two_plans_at_once_take_the_last_place_of_a_day(team: Team, alice: User, settings: Any) -> None:
    settings.PLATFORM_QUOTAS = {"youtube.uploads": 2}
    channel = ChannelFactory(team=team)
    waiting = [PostFactory(team=team, video=film_of(team)) for _ in range(6)]
    for post in waiting:
        TargetFactory(post=post, connection=channel)
    at_once(6, lambda: posts.schedule(waiting.pop(), NOON, "Europe/Berlin", alice))
    days = Target.objects.values_list("due_at__date", flat=True).order_by("due_at")
    assert sorted(Counter(days).values()) == [2, 2, 2]
