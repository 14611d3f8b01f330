"""The calendar: what it shows of a month, and where what is dragged lands (PUB-07)."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.publishing import clock
from apps.publishing.agenda import AgendaFilter, agenda
from apps.publishing.errors import PublishingError
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.publishing.periods import period_of
from apps.publishing.services import moving
from apps.teams.models import Team
from tests.factories import TeamFactory
from tests.publishing.factories import ChannelFactory, PostFactory, due_target, film_of

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
START = datetime(2025, 1, 1, tzinfo=UTC)
PAGE = "/studio/morning-show/posts/calendar/"
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"]


@pytest.fixture
def berlin(team: Team) -> Team:
    team.time_zone = "Europe/Berlin"
    team.save()
    return team


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def planned(team: Team, at: str, **facts: Any) -> Post:
    """A scheduled post at this time on the clock of the team's zone, on one channel."""
    instant = clock.moment(datetime.fromisoformat(at), team.time_zone)
    post = PostFactory(team=team, zone=team.time_zone, video=film_of(team), **facts)
    target = due_target(at=instant, post=post)
    return target.post


def lines(team: Team, **wanted: Any) -> dict[date, list[str]]:
    shown = agenda(
        team, period_of("month", NOW.date(), team.time_zone), AgendaFilter(**wanted), may_edit=True
    )
    return {
        day.date: [entry.title for entry in day.entries] for week in shown.weeks for day in week if day.total
    }


@pytest.mark.spec("PUB-07")
@pytest.mark.parametrize(
    ("view", "anchor", "first", "last"),
    [
        ("month", date(2026, 3, 10), date(2026, 2, 23), date(2026, 4, 5)),
        ("week", date(2026, 3, 10), date(2026, 3, 9), date(2026, 3, 15)),
        ("month", date(2027, 2, 1), date(2027, 2, 1), date(2027, 2, 28)),
        ("year", date(2026, 12, 31), date(2026, 11, 30), date(2027, 1, 3)),
    ],
)
def test_period_is_of_whole_weeks(view: str, anchor: date, first: date, last: date) -> None:
    period = period_of(view, anchor, "UTC")
    assert (period.first, period.last) == (first, last)
    assert period_of(view, period.before, "UTC").after <= anchor < period.after


def test_calendar_of_the_first_and_the_last_days_there_are_can_be_drawn() -> None:
    assert period_of("month", date.min, "Pacific/Apia").begins < period_of("week", date.max, "UTC").ends


@pytest.mark.spec("PUB-07")
@pytest.mark.django_db
def test_posts_stand_on_the_days_of_the_teams_clock(berlin: Team) -> None:
    planned(berlin, "2026-03-11 00:30", title="After midnight")
    planned(berlin, "2026-03-31 23:30", title="Late", text="")
    planned(berlin, "2026-05-01 09:00", title="Too late")
    planned(TeamFactory(), "2026-03-11 12:00", title="Another team's")
    assert lines(berlin) == {date(2026, 3, 11): ["After midnight"], date(2026, 3, 31): ["Late"]}


@pytest.mark.spec("PUB-07")
@pytest.mark.django_db
def test_filters_leave_a_channel_or_a_status(berlin: Team) -> None:
    first = planned(berlin, "2026-03-11 09:00", title="A")
    planned(berlin, "2026-03-11 10:00", title="B")
    called_off = planned(berlin, "2026-03-11 11:00", title="C")
    Post.objects.filter(pk=called_off.pk).update(status=PostStatus.CANCELLED)
    day = date(2026, 3, 11)
    assert lines(berlin) == {day: ["A", "B"]}
    assert lines(berlin, channel=first.targets.get().connection_id) == {day: ["A"]}
    assert lines(berlin, status=PostStatus.CANCELLED) == {day: ["C"]}


@pytest.mark.spec("PUB-07")
@pytest.mark.django_db
def test_gaps_are_days_without_a_post_before_the_last_one_that_is_planned(berlin: Team) -> None:
    planned(berlin, "2026-03-08 09:00")
    planned(berlin, "2026-03-11 09:00")
    planned(berlin, "2026-03-14 09:00")
    shown = agenda(berlin, period_of("month", NOW.date(), "Europe/Berlin"), AgendaFilter(), may_edit=True)
    gaps = [day.date.day for week in shown.weeks for day in week if day.is_gap]
    assert gaps == [10, 12, 13]
    assert shown.gaps == 3


@pytest.mark.spec("PUB-07")
@pytest.mark.django_db
def test_clash_is_within_half_an_hour_on_one_channel(berlin: Team) -> None:
    channel, other = ChannelFactory(team=berlin), ChannelFactory(team=berlin)
    at = datetime(2026, 3, 11, 9, tzinfo=UTC)
    names = {}
    for name, minutes, where in (
        ("first", 0, channel),
        ("close", 29, channel),
        ("far", 59, channel),
        ("elsewhere", 1, other),
    ):
        target = due_target(
            at=at + timedelta(minutes=minutes),
            post=PostFactory(team=berlin, title=name, video=film_of(berlin)),
            connection=where,
        )
        names[target.post_id] = name
    gone = due_target(at=at, post=PostFactory(team=berlin, video=film_of(berlin)), connection=other)
    Target.objects.filter(pk=gone.pk).update(status=TargetStatus.CANCELLED)
    shown = agenda(berlin, period_of("week", NOW.date(), "Europe/Berlin"), AgendaFilter(), may_edit=True)
    entries = [entry for week in shown.weeks for day in week for entry in day.entries]
    assert {names[entry.post_id] for entry in entries if entry.clashes} == {"first", "close"}
    assert shown.clashing == 2


@pytest.mark.spec("PUB-07", "PUB-04")
@hypothesis_settings(deadline=None, max_examples=60)
@given(
    instant=st.integers(0, 3 * 366 * 24 * 4).map(lambda quarters: START + quarters * timedelta(minutes=15)),
    zone=st.sampled_from(ZONES),
    calendar_zone=st.sampled_from(ZONES),
    shift=st.integers(-300, 300),
)
def test_what_is_dragged_lands_on_its_day_with_the_time_on_its_clock(
    instant: datetime, zone: str, calendar_zone: str, shift: int
) -> None:
    """Over both changes of daylight saving, and where calendar and post are of different zones."""
    before = instant
    day = clock.on_clock(before, calendar_zone).date() + timedelta(days=shift)
    moved = moving.on_calendar_day(before, zone, day, calendar_zone)
    assert clock.on_clock(moved, calendar_zone).date() == day
    same = [
        clock.on_clock(moved, each).time() == clock.on_clock(before, each).time()
        for each in (zone, calendar_zone)
    ]
    if not any(same):  # only where the clock leaps over that time on the very day
        local = datetime.combine(clock.on_clock(moved, zone).date(), clock.on_clock(before, zone).time())
        there = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
        assert there.replace(tzinfo=None) != local


@pytest.mark.spec("PUB-07")
@pytest.mark.django_db
def test_drag_over_the_change_of_clocks_keeps_the_time_and_leaves_a_way_back(
    berlin: Team, bob: User, bob_client: Client
) -> None:
    post = planned(berlin, "2026-03-28 09:00")
    answer = bob_client.post(
        f"/studio/morning-show/posts/{post.pk}/drop/",
        {"day": "2026-03-29", "here": "view=month&day=2026-03-01"},
        headers={"HX-Request": "true"},
    )
    post.refresh_from_db()
    assert post.due_at == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert post.targets.get().due_at == post.due_at
    assert answer.content.decode().lstrip().startswith('<section id="calendar"')
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["message"] == f"“{post}” goes out on 29 March at 09:00."
    bob_client.post(toast["undo"], headers={"HX-Request": "true"})
    post.refresh_from_db()
    assert post.due_at == datetime(2026, 3, 28, 8, tzinfo=UTC)
    assert AuditRecord.objects.filter(action="post.schedule", actor=bob).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-03-09", "nonsense", "2026-02-31", ""])
def test_drag_into_the_past_or_nowhere_changes_nothing_and_says_why(
    day: str, berlin: Team, bob_client: Client
) -> None:
    post = planned(berlin, "2026-03-28 09:00")
    answer = bob_client.post(
        f"/studio/morning-show/posts/{post.pk}/drop/", {"day": day}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert '"level": "error"' in answer["HX-Trigger"]
    due_at = post.due_at
    post.refresh_from_db()
    assert post.due_at == due_at


@pytest.mark.django_db
@pytest.mark.parametrize("status", [PostStatus.PUBLISHING, PostStatus.PUBLISHED, PostStatus.FAILED])
def test_what_is_under_way_is_not_moved(status: PostStatus, berlin: Team, bob: User) -> None:
    post = planned(berlin, "2026-03-28 09:00")
    Post.objects.filter(pk=post.pk).update(status=status)
    with pytest.raises(PublishingError, match="Only what is planned"):
        moving.move_to_day(post, date(2026, 3, 30), bob)


@pytest.mark.spec("PUB-07", "PUB-04")
@pytest.mark.django_db
def test_form_moves_and_asks_which_of_two_times_is_meant(berlin: Team, bob_client: Client) -> None:
    post = planned(berlin, "2026-03-28 09:00")
    address = f"/studio/morning-show/posts/{post.pk}/move/"
    zone = {"zone": "Europe/Berlin"}
    assert b'value="2026-03-28T09:00"' in bob_client.get(address).content
    missing = bob_client.post(address, {"due_at": "2026-03-29T02:30", **zone})
    assert missing.status_code == 422
    assert "the clock is put forward to 03:00" in missing.content.decode()
    asked = bob_client.post(address, {"due_at": "2026-10-25T02:30", **zone})
    assert asked.status_code == 422
    assert "The clock shows this time twice" in asked.content.decode()
    second = {"due_at": "2026-10-25T02:30", "fold": "1", "here": "view=week&day=2026-10-25", **zone}
    done = bob_client.post(address, second)
    assert done["Location"] == f"{PAGE}?view=week&day=2026-10-25"
    post.refresh_from_db()
    assert post.due_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.spec("PUB-07")
@pytest.mark.django_db
@pytest.mark.parametrize("view", ["month", "week"])
def test_calendar_asks_the_same_for_one_post_as_for_many(view: str, berlin: Team, bob_client: Client) -> None:
    address = f"{PAGE}?view={view}"

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert bob_client.get(address).status_code == 200
        return len(captured)

    planned(berlin, "2026-03-11 09:00")
    bob_client.get(address)
    few = queries()
    for minute in range(8):
        planned(berlin, f"2026-03-11 10:0{minute}")
    assert queries() == few <= 12
    shown = bob_client.get(address).content.decode()
    assert ("6 more" in shown) == (view == "month")


@pytest.mark.django_db
def test_viewer_sees_the_calendar_and_can_move_nothing(berlin: Team, victor_client: Client) -> None:
    post = planned(berlin, "2026-03-28 09:00", title="Bees")
    shown = victor_client.get(PAGE).content.decode()
    assert "Bees" in shown
    assert "/drop/" not in shown
    assert "/move/" not in shown
    assert victor_client.post(f"/studio/morning-show/posts/{post.pk}/drop/").status_code == 403


@pytest.mark.spec("PUB-07")
@pytest.mark.django_db
def test_list_shows_what_is_to_come_and_what_was(berlin: Team, victor_client: Client) -> None:
    planned(berlin, "2026-03-28 09:00", title="Ahead")
    planned(berlin, "2026-03-01 09:00", title="Behind")
    to_come = victor_client.get(f"{PAGE}list/").content.decode()
    was = victor_client.get(f"{PAGE}list/?when=past").content.decode()
    assert ("Ahead" in to_come, "Behind" in to_come) == (True, False)
    assert ("Ahead" in was, "Behind" in was) == (False, True)
    later = victor_client.get(f"{PAGE}list/?day=2026-03-29").content.decode()
    assert "Ahead" not in later
    partial = victor_client.get(f"{PAGE}list/", headers={"HX-Request": "true"}).content.decode()
    assert partial.lstrip().startswith('<div id="list"')
