"""Evergreen series: made ahead of their time by the clock, each time once (PUB-12)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.events.models import Event
from apps.publishing import clock, repeating
from apps.publishing.errors import PublishingError
from apps.publishing.jobs import make_series
from apps.publishing.models import HashtagPool, Post, PostStatus, Series
from apps.publishing.services import posts, series
from apps.teams.models import Team
from tests.concurrency import at_once
from tests.publishing.factories import ChannelFactory, PostFactory, TargetFactory

NOW = datetime(2026, 3, 24, 12, tzinfo=UTC)  # a Tuesday; the clocks of Berlin go forward on Sunday
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "UTC"]


@pytest.fixture
def march() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def pattern(team: Team) -> Post:
    post = PostFactory(team=team, title="Evergreen", text="One", hashtags=["own"])
    TargetFactory(post=post, connection=ChannelFactory(team=team), overrides={"title": "Here"})
    return post


def repeated(pattern: Post, actor: User, **facts: Any) -> Series:
    rule = {
        "every_days": 7,
        "starts_on": date(2026, 3, 25),
        "at": time(9),
        "zone": "Europe/Berlin",
        "name": "E",
    }
    return series.create_series(team=pattern.team, actor=actor, pattern=pattern, **{**rule, **facts})  # type: ignore[arg-type]


def made() -> list[Post]:
    return list(Post.objects.exclude(recurring_ref=None).order_by("due_at"))


def times(rows: list[Post]) -> list[str]:
    return [f"{clock.on_clock(post.due_at, 'Europe/Berlin'):%d %b %H:%M}" for post in rows if post.due_at]


@pytest.mark.spec("PUB-12")
@hypothesis_settings(deadline=None, max_examples=60)
@given(
    starts=st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    minute=st.integers(0, 24 * 60 - 1),
    every=st.integers(1, 40),
    zone=st.sampled_from(ZONES),
)
def test_occurrences_are_as_many_days_apart_and_as_the_clock_shows(
    starts: date, minute: int, every: int, zone: str
) -> None:
    """Over both changes of daylight saving; right after the leap where the clock never shows that time."""
    at = time(minute // 60, minute % 60)
    rule: dict[str, Any] = {"starts_on": starts, "every_days": every, "at": at, "zone": zone}
    after = repeating.occurrence(0, **rule) - timedelta(seconds=1)
    for number in range(30):
        found = repeating.next_after(after, **rule)
        assert found == repeating.occurrence(number, **rule)
        shown = clock.on_clock(found, zone)
        asked = datetime.combine(starts + timedelta(days=number * every), at)
        assert shown == asked or (shown > asked and found == clock.nearest(asked, zone))
        after = found


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
def test_posts_are_made_three_days_ahead_in_turn_with_their_words(
    pattern: Post, bob: User, march: time_machine.Traveller
) -> None:
    pool = HashtagPool.objects.create(team=pattern.team, name="bread", tags=["a", "b", "c", "d", "e", "f"])
    repeated(pattern, bob, every_days=2, titles=["Other"], texts=["Two", "Three"], pool=pool)
    for day in range(8):
        march.move_to(NOW + timedelta(days=day))
        make_series()
    rows = made()
    assert times(rows) == ["25 Mar 09:00", "27 Mar 09:00", "29 Mar 09:00", "31 Mar 09:00", "02 Apr 09:00"]
    assert [post.title for post in rows] == ["Evergreen", "Other", "Evergreen", "Other", "Evergreen"]
    assert [post.text for post in rows] == ["One", "Two", "Three", "One", "Two"]
    assert [post.hashtags for post in rows[:2]] == [
        ["own", "a", "b", "c", "d", "e"],
        ["own", "f", "a", "b", "c", "d"],
    ]
    assert {post.status for post in rows} == {PostStatus.SCHEDULED}
    assert {target.overrides["title"] for post in rows for target in post.targets.all()} == {"Here"}
    assert {post.created_by for post in rows} == {bob}


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_make_each_post_once(
    pattern: Post, bob: User, march: time_machine.Traveller
) -> None:
    found = repeated(pattern, bob)
    at_once(4, lambda: series.make_next(found.pk, NOW))
    make_series()
    assert times(made()) == ["25 Mar 09:00"]


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
def test_paused_and_ended_series_make_nothing_and_missed_times_are_not_made_up(
    pattern: Post, bob: User, march: time_machine.Traveller
) -> None:
    found = repeated(pattern, bob, every_days=1, ends_on=date(2026, 4, 8))
    series.pause(found, bob)
    march.move_to(NOW + timedelta(days=10))
    make_series()
    assert made() == []
    series.resume(found, bob)
    for _ in range(20):
        make_series()
    assert times(made()) == ["04 Apr 09:00", "05 Apr 09:00", "06 Apr 09:00"]
    march.move_to(NOW + timedelta(days=40))
    make_series()
    found.refresh_from_db()
    assert (found.next_at, found.made) == (None, 3)


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
def test_clock_that_stood_still_goes_on_with_the_next_time(
    pattern: Post, bob: User, march: time_machine.Traveller
) -> None:
    repeated(pattern, bob, every_days=7)
    march.move_to(NOW + timedelta(days=13))  # after the first two times
    make_series()
    make_series()
    assert times(made()) == ["08 Apr 09:00"]


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
def test_series_that_can_not_go_on_pauses_and_tells_why(
    pattern: Post, bob: User, march: time_machine.Traveller
) -> None:
    found = repeated(pattern, bob)
    pattern.targets.all().delete()
    make_series()
    found.refresh_from_db()
    assert found.pause_reason == "The post that is repeated goes to no channel any more."
    assert made() == []
    assert Event.objects.get(type="series.paused").subject_id == str(found.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"every_days": 0}, "every_days"),
        ({"every_days": 366}, "every_days"),
        ({"ends_on": date(2026, 3, 1)}, "ends_on"),
        ({"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 2)}, "ends_on"),
        ({"zone": "Berlin"}, "zone"),
        ({"titles": ["x" * 201]}, "titles"),
        ({"texts": ["x"] * 31}, "texts"),
    ],
)
def test_series_that_makes_no_sense_is_refused_beside_its_field(
    facts: dict[str, Any], field: str, pattern: Post, bob: User, march: time_machine.Traveller
) -> None:
    with pytest.raises(PublishingError) as caught:
        repeated(pattern, bob, **facts)
    assert caught.value.field == field
    assert not Series.objects.exists()


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
def test_another_rhythm_leaves_what_is_made(pattern: Post, bob: User, march: time_machine.Traveller) -> None:
    found = repeated(pattern, bob)
    make_series()
    series.edit_series(found, bob, every_days=2, at=time(18))
    make_series()
    assert times(made()) == ["25 Mar 09:00", "25 Mar 18:00"]
    series.delete_series(found, bob)
    make_series()
    assert len(made()) == 2


@pytest.mark.django_db
def test_pages_repeat_pause_and_delete(
    pattern: Post, bob_client: Client, march: time_machine.Traveller
) -> None:
    page = f"/studio/morning-show/posts/{pattern.pk}/repeat/"
    assert "Repeat “Evergreen”" in bob_client.get(page).content.decode()
    values = {
        "name": "Weekly", "every_days": "7", "starts_on": "2026-03-25", "at": "09:00", "zone": "Europe/Berlin",
        "titles": "A\n\nB\n", "texts": "One\n---\nTwo\nlines\n---\n",
    }  # fmt: skip
    assert bob_client.post(page, {**values, "every_days": "0"}).status_code == 422
    assert bob_client.post(page, values).status_code == 302
    found = Series.objects.get()
    assert (found.titles, found.texts) == (["A", "B"], ["One", "Two\nlines"])
    mine = f"/studio/morning-show/posts/series/{found.pk}/"
    assert "A\nB" in bob_client.get(mine).content.decode()
    bob_client.post(f"{mine}pause/")
    assert "Paused" in bob_client.get("/studio/morning-show/posts/plan/").content.decode()
    bob_client.post(f"{mine}pause/")
    found.refresh_from_db()
    assert found.paused_at is None
    bob_client.post(f"{mine}delete/")
    assert not Series.objects.exists()


@pytest.mark.django_db
def test_post_of_a_series_can_be_called_off_alone(
    pattern: Post, bob: User, march: time_machine.Traveller
) -> None:
    repeated(pattern, bob)
    make_series()
    [post] = made()
    posts.cancel(post, bob)
    make_series()
    assert [each.status for each in made()] == [PostStatus.CANCELLED]


@pytest.mark.django_db
def test_repeating_begins_at_the_time_of_day_of_the_post(
    pattern: Post, bob_client: Client, march: time_machine.Traveller
) -> None:
    Post.objects.filter(pk=pattern.pk).update(due_at=datetime(2026, 3, 1, 16, 30, tzinfo=UTC))
    page = bob_client.get(f"/studio/{pattern.team.slug}/posts/{pattern.pk}/repeat/").content.decode()
    shown = clock.on_clock(datetime(2026, 3, 1, 16, 30, tzinfo=UTC), pattern.team.time_zone)
    assert f'value="{shown:%H:%M}"' in page
