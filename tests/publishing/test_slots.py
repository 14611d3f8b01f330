"""The queue: weekly times, which of them are free, and drafts put into them (PUB-04, PUB-08)."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.publishing import clock
from apps.publishing.errors import PublishingError
from apps.publishing.models import Post, PostStatus, QueueSlot, Target, TargetStatus
from apps.publishing.services import autoscheduling, posts, slots
from apps.teams.errors import TeamError
from apps.teams.models import Team
from tests.concurrency import at_once
from tests.connections.factories import ConnectionFactory
from tests.factories import TeamFactory
from tests.publishing.factories import ChannelFactory, PostFactory, TargetFactory, film_of, filmed

NOW = datetime(2026, 3, 24, 12, tzinfo=UTC)  # a Tuesday; the clocks of Berlin go forward on Sunday
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "UTC"]
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def berlin(team: Team) -> Team:
    team.time_zone = "Europe/Berlin"
    team.save()
    return team


def draft(team: Team, *channels: Any, **facts: Any) -> Post:
    post = PostFactory(team=team, **{"video": film_of(team), **facts})
    for channel in channels:
        TargetFactory(post=post, connection=channel)
    return post


def local(team: Team, post: Post) -> str:
    post.refresh_from_db()
    assert post.due_at is not None
    return f"{clock.on_clock(post.due_at, team.time_zone):%a %d %b %H:%M}"


@pytest.mark.spec("PUB-04")
@pytest.mark.django_db
def test_drafts_take_the_next_free_times_one_after_the_other(berlin: Team, bob: User) -> None:
    channel = ChannelFactory(team=berlin)
    slots.add_slots(team=berlin, actor=bob, weekdays=[2, 6], at=time(9, 30))
    drafts = [draft(berlin, channel) for _ in range(3)]
    for post in drafts:
        slots.take_next(post, bob)
    assert [local(berlin, post) for post in drafts] == [
        "Wed 25 Mar 09:30",
        "Sun 29 Mar 09:30",
        "Wed 01 Apr 09:30",
    ]
    slot_ids = set(QueueSlot.objects.in_team(berlin).values_list("pk", flat=True))
    assert {post.slot_ref for post in drafts} == slot_ids
    assert drafts[1].due_at == datetime(
        2026, 3, 29, 7, 30, tzinfo=UTC
    )  # an hour earlier: the clocks went forward


@pytest.mark.spec("PUB-04")
@pytest.mark.django_db
def test_time_is_taken_on_its_channels_only_and_free_again_when_called_off(berlin: Team, bob: User) -> None:
    here, there = ChannelFactory(team=berlin), ChannelFactory(team=berlin)
    slots.add_slots(team=berlin, actor=bob, weekdays=[2], at=time(9))
    first = slots.take_next(draft(berlin, here), bob)
    assert first.due_at is not None
    assert slots.next_free(berlin, [there]) == first.due_at
    assert slots.next_free(berlin, [here, there]) == first.due_at + timedelta(days=7) - timedelta(hours=1)
    posts.cancel(first, bob)
    assert slots.next_free(berlin, [here]) == first.due_at


@pytest.mark.spec("PUB-04")
@pytest.mark.django_db
def test_channel_with_times_of_its_own_uses_those(berlin: Team, bob: User) -> None:
    own, common = ChannelFactory(team=berlin), ChannelFactory(team=berlin)
    for at, channel in ((time(9), None), (time(18), None), (time(18), own), (time(20), own)):
        slots.add_slots(team=berlin, actor=bob, weekdays=[2], at=at, connection=channel)

    def hours(*channels: Any) -> list[int]:
        every = list(QueueSlot.objects.in_team(berlin))
        return [slot.at.hour for slot in slots.usable_slots(every, [channel.pk for channel in channels])]

    assert hours(common) == hours() == [9, 18]
    assert hours(own) == [18, 20]
    assert hours(own, common) == [18]  # what suits both
    QueueSlot.objects.filter(at=time(18), connection=own).delete()
    assert hours(own, common) == [9, 18, 20]  # nothing suits both, so whatever suits one


@pytest.mark.spec("PUB-04")
@hypothesis_settings(deadline=None, max_examples=60)
@given(
    zone=st.sampled_from(ZONES), times=st.sets(st.tuples(st.integers(0, 6), MINUTES), min_size=1, max_size=6)
)
def test_every_time_of_a_year_comes_once_a_week_as_the_clock_shows_it(
    zone: str, times: set[tuple[int, time]]
) -> None:
    """Over both changes of daylight saving: as the clock shows it, or right after the leap where it shows it never."""
    every = [QueueSlot(pk=uuid4(), weekday=day, at=at) for day, at in sorted(times)]
    found = slots.moments(every, zone, NOW, NOW + timedelta(weeks=52))
    assert [free.at for free in found] == sorted(free.at for free in found)
    for slot in every:
        mine = [free.at for free in found if free.slot_id == slot.pk]
        days = [clock.on_clock(at, zone).date() for at in mine]
        assert len(mine) in (52, 53)
        assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=7)}
        for at in mine:
            shown = clock.on_clock(at, zone)
            asked = datetime.combine(shown.date(), slot.at)
            assert shown.time() == slot.at or (shown > asked and at == clock.nearest(asked, zone))


@pytest.mark.spec("PUB-04")
@pytest.mark.django_db(transaction=True)
def test_drafts_that_ask_at_the_same_moment_get_times_of_their_own(berlin: Team, bob: User) -> None:
    channel = ChannelFactory(team=berlin)
    slots.add_slots(team=berlin, actor=bob, weekdays=range(7), at=time(9))
    waiting = [draft(berlin, channel) for _ in range(4)]
    pool = list(waiting)
    at_once(4, lambda: slots.take_next(pool.pop(), bob))
    assert len({local(berlin, post) for post in waiting}) == 4


@pytest.mark.django_db
def test_queue_without_times_and_a_full_one_say_what_to_do(
    berlin: Team, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = ChannelFactory(team=berlin)
    with pytest.raises(PublishingError, match="no posting times yet"):
        slots.next_free(berlin, [channel])
    monkeypatch.setattr(slots, "WEEKS", 1)
    slots.add_slots(team=berlin, actor=bob, weekdays=[2], at=time(9))
    slots.take_next(draft(berlin, channel), bob)
    with pytest.raises(PublishingError, match="Every posting time of the next year is taken"):
        slots.next_free(berlin, [channel])


@pytest.mark.django_db
def test_times_are_added_once_within_the_rights_and_the_team(berlin: Team, bob: User, victor: User) -> None:
    assert slots.add_slots(team=berlin, actor=bob, weekdays=[0, 1], at=time(9)) == 2
    assert slots.add_slots(team=berlin, actor=bob, weekdays=[1, 2], at=time(9)) == 1
    with pytest.raises(TeamError):
        slots.add_slots(team=berlin, actor=victor, weekdays=[3], at=time(9))
    with pytest.raises(PublishingError, match="one of this team's channels"):
        slots.add_slots(team=berlin, actor=bob, weekdays=[3], at=time(9), connection=ConnectionFactory())
    for days in ([], [7]):
        with pytest.raises(PublishingError, match="at least one day"):
            slots.add_slots(team=berlin, actor=bob, weekdays=days, at=time(9))
    slots.remove_slot(QueueSlot.objects.in_team(berlin)[0], bob)
    assert [slot.weekday for slot in QueueSlot.objects.in_team(berlin)] == [1, 2]
    assert [line.action for line in AuditRecord.objects.filter(actor=bob).order_by("at", "number")] == [
        "queue.add",
        "queue.add",
        "queue.remove",
    ]


@pytest.mark.spec("PUB-08")
@pytest.mark.django_db
def test_batch_goes_to_the_best_free_times_of_the_queue(berlin: Team, bob: User) -> None:
    """TikTok by our defaults: the evening before the afternoon before the night."""
    channel = ChannelFactory(team=berlin, platform="tiktok")
    for hour in (3, 15, 19):
        slots.add_slots(team=berlin, actor=bob, weekdays=[2], at=time(hour))
    drafts = [draft(berlin, channel) for _ in range(3)]
    shown = autoscheduling.propose(berlin, drafts)
    planned = autoscheduling.plan_batch(berlin, drafts, bob)
    assert planned.refused == []
    assert [local(berlin, post) for post in drafts] == [
        "Wed 25 Mar 19:00",
        "Wed 01 Apr 19:00",
        "Wed 25 Mar 15:00",
    ]
    assert [proposal.at for proposal in shown] == [post.due_at for post in planned.done]
    assert {post.status for post in planned.done} == {PostStatus.SCHEDULED}


@pytest.mark.spec("PUB-08")
@pytest.mark.django_db
def test_batch_of_a_team_without_times_takes_the_best_hours(berlin: Team, bob: User) -> None:
    channel = ChannelFactory(team=berlin, platform="tiktok")
    post = draft(berlin, channel)
    [proposal] = autoscheduling.propose(berlin, [post])
    assert (proposal.slot_id, proposal.score) == (None, 1.0)
    assert f"{clock.on_clock(proposal.at, berlin.time_zone):%a %H:%M}" == "Tue 19:00"


@pytest.mark.spec("PUB-08")
@pytest.mark.django_db
def test_own_results_go_before_defaults_once_there_are_enough(berlin: Team) -> None:
    """Fridays at six in the morning do best on this channel, whatever our defaults say."""
    channel, fresh = (
        ChannelFactory(team=berlin, platform="tiktok"),
        ChannelFactory(team=berlin, platform="tiktok"),
    )
    friday = clock.moment(datetime.fromisoformat("2026-03-20 06:10"), "Europe/Berlin")
    for week in range(8):
        for at, views in ((friday, 9000), (friday + timedelta(hours=12), 300)):
            TargetFactory(
                post=PostFactory(team=berlin, video=None), asset=None, connection=channel,
                status=TargetStatus.PUBLISHED, published_at=at - timedelta(weeks=week), views=views,
            )  # fmt: skip
    found = autoscheduling.scores(berlin, [channel, fresh])
    assert (found[channel.pk].own, found[fresh.pk].own) == (16, 0)
    assert found[channel.pk].best(1)[0].weekday == 4
    assert found[channel.pk].best(1)[0].hour in (5, 6, 7)
    Target.objects.filter(connection=channel).update(views=None)
    assert autoscheduling.scores(berlin, [channel])[channel.pk].own == 0


@pytest.mark.django_db
def test_batch_leaves_what_can_not_go_out_and_says_why(berlin: Team, bob: User) -> None:
    channel = ChannelFactory(team=berlin)
    slots.add_slots(team=berlin, actor=bob, weekdays=[2], at=time(9))
    ready, without_file = (
        draft(berlin, channel),
        draft(berlin, channel, video=filmed(berlin, content=b"other")),
    )
    without_file.video.assets.all().delete()
    Target.objects.filter(post=without_file).update(asset=None)
    planned = autoscheduling.plan_batch(berlin, [without_file, ready], bob)
    assert [post.pk for post in planned.done] == [ready.pk]
    assert [(post.pk, sentence[:9]) for post, sentence in planned.refused] == [(without_file.pk, "The video")]
    without_file.refresh_from_db()
    assert (without_file.status, without_file.due_at) == (PostStatus.DRAFT, None)


@pytest.mark.django_db
def test_drafts_of_another_team_are_not_offered(berlin: Team) -> None:
    mine, _ = draft(berlin, ChannelFactory(team=berlin)), draft(berlin)
    other = TeamFactory()
    draft(other, ChannelFactory(team=other))
    assert autoscheduling.drafts(berlin) == [mine]


@pytest.mark.spec("PUB-04")
@pytest.mark.django_db
def test_page_adds_and_removes_times(berlin: Team, bob_client: Client, victor_client: Client) -> None:
    page = "/studio/morning-show/posts/queue/"
    assert victor_client.get(page).status_code == 403
    wrong = bob_client.post(page, {"at": "09:00"})
    assert (wrong.status_code, "Choose at least one day" in wrong.content.decode()) == (422, True)
    bob_client.post(page, {"weekdays": ["0", "4"], "at": "09:00"})
    rows = list(QueueSlot.objects.in_team(berlin))
    assert [(slot.weekday, slot.at) for slot in rows] == [(0, time(9)), (4, time(9))]
    assert bob_client.get(page).content.decode().count("09:00") >= 2
    bob_client.post(f"{page}times/{rows[0].pk}/remove/")
    assert [slot.weekday for slot in QueueSlot.objects.in_team(berlin)] == [4]


@pytest.mark.spec("PUB-08")
@pytest.mark.django_db
def test_page_plans_the_drafts_that_are_ticked(berlin: Team, bob_client: Client) -> None:
    page = "/studio/morning-show/posts/queue/plan/"
    channel = ChannelFactory(team=berlin, platform="tiktok")
    assert "No drafts to plan" in bob_client.get(page).content.decode()
    first, second = draft(berlin, channel, title="First"), draft(berlin, channel, title="Second")
    shown = bob_client.get(page).content.decode()
    assert "Tue, 24 Mar, 19:00" in shown
    assert bob_client.post(page, {}).status_code == 422
    assert bob_client.post(page, {"ids": [str(second.pk)]}).status_code == 302
    assert local(berlin, second) == "Tue 24 Mar 19:00"
    first.refresh_from_db()
    assert first.status == PostStatus.DRAFT
    assert bob_client.post(page, {"ids": [str(second.pk)]}).status_code == 422


@pytest.mark.spec("PUB-04")
@pytest.mark.django_db
def test_composer_sends_a_post_to_the_next_free_time(berlin: Team, bob: User, bob_client: Client) -> None:
    page = "/studio/morning-show/posts/new/"
    sent: dict[str, Any] = {
        "ref": str(uuid4()), "video": str(film_of(berlin).pk), "kind": "video", "title": "Bees", "privacy": "public",
        "connections": [str(ChannelFactory(team=berlin).pk)], "when": "queue", "zone": "UTC", "action": "go",
    }  # fmt: skip
    assert bob_client.post(page, sent).status_code == 422  # there are no times yet
    slots.add_slots(team=berlin, actor=bob, weekdays=[2], at=time(9))
    assert "In the next free time" in bob_client.get(f"{page}?blank=1").content.decode()
    assert bob_client.post(page, sent).status_code == 302
    assert local(berlin, Post.objects.get(pk=sent["ref"])) == "Wed 25 Mar 09:00"


@pytest.mark.spec("PUB-08")
@pytest.mark.django_db
def test_composer_suggests_good_free_hours_for_the_ticked_channels(berlin: Team, bob_client: Client) -> None:
    channel, other = ChannelFactory(team=berlin), ChannelFactory(team=berlin, platform="tiktok")
    taken = PostFactory(team=berlin, video=film_of(berlin), status=PostStatus.SCHEDULED)
    taken.due_at = datetime(2026, 3, 24, 16, tzinfo=UTC)  # 17:00 there, the best hour of the day
    taken.save()
    TargetFactory(post=taken, connection=channel, status=TargetStatus.SCHEDULED, due_at=taken.due_at)
    where = f"/studio/{berlin.slug}/posts/times/"
    answer = bob_client.get(where, {"connections": [str(channel.pk), "nonsense"]})
    times = [f"{at:%a %d %b %H:%M}" for at in answer.context["times"]]
    assert times == ["Tue 24 Mar 20:00", "Wed 25 Mar 17:00", "Thu 26 Mar 17:00"]
    assert answer.context["times_are_learnt"] is False
    assert 'data-time="2026-03-24T20:00" data-zone="Europe/Berlin"' in answer.content.decode()
    assert bob_client.get(where).context["times"] == []
    both = bob_client.get(where, {"connections": [str(channel.pk), str(other.pk)]}).context["times"]
    assert len(both) == 3
