"""What people do with posts: every refusal beside its field, nothing half-saved, every sensitive step on record."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.connections.models import Connection
from apps.events.models import Event
from apps.library.models import Video, VideoStatus
from apps.publishing.errors import PublishingError
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.publishing.services.posts import (
    cancel,
    change_zone,
    create_post,
    edit_post,
    publish_now,
    retry_target,
    schedule,
)
from apps.teams.errors import TeamError
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory
from tests.publishing.conftest import carry_on
from tests.publishing.factories import ChannelFactory, PostFactory, due_target, filmed
from tests.publishing.scripted import Scripted

pytestmark = pytest.mark.django_db

BERLIN = "Europe/Berlin"


def local(text: str) -> datetime:
    """What a clock shows, without a zone."""
    return datetime.fromisoformat(text)


@pytest.fixture
def channel(team: Team, platform: Scripted) -> Connection:
    return ChannelFactory(team=team, name="Bee TV")


@pytest.fixture
def draft(team: Team, alice: User, channel: Connection) -> Post:
    return create_post(team=team, actor=alice, title="Bees", video=filmed(team), connections=[channel])


def actions() -> list[str]:
    return list(
        AuditRecord.objects.filter(action__startswith="post.").order_by("id").values_list("action", flat=True)
    )


def events() -> list[str]:
    return list(Event.objects.filter(type__startswith="post.").order_by("id").values_list("type", flat=True))


@pytest.mark.spec("PUB-01")
def test_draft_has_a_target_for_each_channel_with_the_file_that_fits(
    team: Team, alice: User, channel: Connection
) -> None:
    video = filmed(team)
    wide = AssetFactory(
        video=video, kind="rendition", content=b"wide", suffix=".mp4", width=1920, height=1080, format="16x9"
    )
    second = ChannelFactory(team=team)
    post = create_post(
        team=team,
        actor=alice,
        title="  Bees   dance ",
        hashtags=["#bees", "Bees", "summer"],
        video=video,
        connections=[channel, second],
        overrides={second.pk: {"title": "Bees!", "options": {"license": "youtube"}}},
    )
    assert (post.title, post.hashtags, post.status) == ("Bees dance", ["bees", "summer"], PostStatus.DRAFT)
    rows = post.targets.order_by("created_at").values_list("connection", "asset", "overrides", "status")
    assert list(rows) == [
        (channel.pk, wide.pk, {}, TargetStatus.DRAFT),
        (second.pk, wide.pk, {"title": "Bees!", "options": {"license": "youtube"}}, TargetStatus.DRAFT),
    ]


@pytest.mark.spec("PUB-01")
@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": "x" * 201}, "title", "Keep the title within 200 characters; it has 201."),
        ({"text": "x" * 10_001}, "text", "Keep the text within 10,000 characters; it has 10,001."),
        ({"tags": [f"tag {n}" for n in range(101)]}, "tags", "Keep at most 100 tags; there are 101."),
        ({"tags": ["x" * 101]}, "tags", f"Keep each tag within 100 characters: “{'x' * 20}…”"),
        (
            {"hashtags": ["bees & co"]},
            "hashtags",
            "“#bees & co” ends at “ ”: a hashtag has letters, digits and _ only.",
        ),
        ({"privacy": "everybody"}, "privacy", "Choose who may see it."),
        ({"kind": "opera"}, "kind", "Choose a video or a short."),
    ],
)
def test_words_that_cannot_be_kept_are_refused_beside_their_field(
    team: Team, alice: User, channel: Connection, changes: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(PublishingError) as refused:
        create_post(team=team, actor=alice, connections=[channel], **changes)  # type: ignore[arg-type]
    assert (refused.value.field, refused.value.message) == (field, sentence)
    assert Post.objects.count() == 0


def test_what_is_another_team_s_is_refused(team: Team, alice: User, channel: Connection) -> None:
    for changes, field in [
        ({"video": VideoFactory()}, "video"),
        ({"connections": [ChannelFactory()]}, "connections"),
    ]:
        with pytest.raises(PublishingError) as refused:
            create_post(team=team, actor=alice, **changes)  # type: ignore[arg-type]
        assert refused.value.field == field
    assert Post.objects.count() == 0


def test_viewers_write_no_posts(team: Team, victor: User, draft: Post) -> None:
    for act in (
        lambda: publish_now(draft, victor),
        lambda: cancel(draft, victor),
        lambda: edit_post(draft, victor),
    ):
        with pytest.raises(TeamError):
            act()
    draft.refresh_from_db()
    assert draft.status == PostStatus.DRAFT


@pytest.mark.spec("PUB-04")
def test_time_on_a_clock_is_planned_as_the_instant(draft: Post, alice: User) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC)):
        schedule(draft, local("2026-03-29 09:00"), BERLIN, alice)
    draft.refresh_from_db()
    seven = datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert (draft.status, draft.due_at, draft.zone) == (PostStatus.SCHEDULED, seven, BERLIN)
    assert list(draft.targets.values_list("status", "due_at")) == [(TargetStatus.SCHEDULED, seven)]
    assert (actions(), events()) == (["post.schedule"], ["post.changed", "post.scheduled"])


@pytest.mark.spec("PUB-04")
@pytest.mark.parametrize(
    ("due_at", "zone", "field"),
    [
        (local("2027-03-28 02:30"), BERLIN, "due_at"),
        (datetime(2020, 1, 1, tzinfo=UTC), "UTC", "due_at"),
        (local("2027-01-01 00:00"), "Mars/Olympus", "zone"),
    ],
)
def test_time_that_cannot_be_is_refused_and_nothing_is_planned(
    draft: Post, alice: User, due_at: datetime, zone: str, field: str
) -> None:
    with pytest.raises(PublishingError) as refused:
        schedule(draft, due_at, zone, alice)
    assert refused.value.field == field
    draft.refresh_from_db()
    assert (draft.status, draft.due_at, actions()) == (PostStatus.DRAFT, None, [])


@pytest.mark.spec("PUB-04")
def test_another_zone_keeps_the_instant_unless_asked(draft: Post, alice: User) -> None:
    due_at = datetime(2027, 7, 1, 9, tzinfo=UTC)
    schedule(draft, due_at, BERLIN, alice)
    assert change_zone(draft, "America/New_York", alice).due_at == due_at
    moved = change_zone(draft, "Asia/Tokyo", alice, keep_clock=True)
    assert moved.due_at == datetime(2027, 6, 30, 20, tzinfo=UTC)  # five in the morning, now in Tokyo
    assert list(draft.targets.values_list("due_at", flat=True)) == [moved.due_at]


def broken_file(video: Video) -> None:
    video.assets.update(deleted_at=timezone.now())


def unfinished(video: Video) -> None:
    Video.objects.filter(pk=video.pk).update(status=VideoStatus.MAKING)


def deleted(video: Video) -> None:
    Video.objects.filter(pk=video.pk).update(deleted_at=timezone.now())


@pytest.mark.parametrize("spoil", [broken_file, unfinished, deleted])
def test_what_has_no_finished_file_is_not_planned(draft: Post, alice: User, spoil: object) -> None:
    spoil(draft.video)  # type: ignore[operator]
    with pytest.raises(PublishingError) as refused:
        publish_now(draft, alice)
    assert refused.value.field == "video"


def test_without_a_channel_nothing_is_planned(team: Team, alice: User) -> None:
    with pytest.raises(PublishingError) as refused:
        publish_now(PostFactory(team=team), alice)
    assert refused.value.field == "connections"


def test_edit_keeps_the_plan_and_the_words_that_are_not_given(
    draft: Post, alice: User, team: Team, channel: Connection
) -> None:
    due_at = timezone.now() + timedelta(days=1)
    schedule(draft, due_at, "UTC", alice)
    second = ChannelFactory(team=team)
    edited = edit_post(draft, alice, text="More of them.", connections=[channel, second])
    assert (edited.title, edited.text, edited.status) == ("Bees", "More of them.", PostStatus.SCHEDULED)
    rows = set(edited.targets.values_list("connection", "status", "due_at"))
    assert rows == {(c.pk, TargetStatus.SCHEDULED, due_at) for c in (channel, second)}
    edit_post(draft, alice, connections=[second])
    assert list(draft.targets.values_list("connection", flat=True)) == [second.pk]


def test_channel_that_comes_to_a_planned_post_needs_a_file(draft: Post, alice: User, team: Team) -> None:
    schedule(draft, timezone.now() + timedelta(days=1), "UTC", alice)
    with pytest.raises(PublishingError):
        edit_post(draft, alice, video=VideoFactory(team=team))
    draft.refresh_from_db()
    assert draft.targets.get().asset is not None


@pytest.mark.parametrize("status", [TargetStatus.PUBLISHING, TargetStatus.WAITING])
def test_post_on_its_way_is_neither_edited_nor_planned_anew(draft: Post, alice: User, status: str) -> None:
    draft.targets.update(status=status, stage="transfer")
    for act in (
        lambda: edit_post(draft, alice, title="Other"),
        lambda: cancel(draft, alice),
        lambda: publish_now(draft, alice),
    ):
        with pytest.raises(PublishingError):
            act()
    draft.refresh_from_db()
    assert draft.title == "Bees"


def test_common_words_stay_once_it_is_out_somewhere(
    draft: Post, alice: User, team: Team, channel: Connection
) -> None:
    second = ChannelFactory(team=team)
    edit_post(draft, alice, connections=[channel, second])
    draft.targets.filter(connection=channel).update(status=TargetStatus.PUBLISHED)
    with pytest.raises(PublishingError):
        edit_post(draft, alice, title="Other")
    edit_post(draft, alice, overrides={second.pk: {"title": "Other"}})
    assert draft.targets.get(connection=second).overrides == {"title": "Other"}


def test_cancelled_post_is_not_published(draft: Post, alice: User, clock: time_machine.Traveller) -> None:
    schedule(draft, timezone.now() + timedelta(minutes=5), "UTC", alice)
    assert cancel(draft, alice).status == PostStatus.CANCELLED
    clock.shift(timedelta(minutes=10))
    carry_on(clock, draft.targets.get())
    assert draft.targets.get().status == TargetStatus.CANCELLED
    with pytest.raises(PublishingError):
        cancel(draft, alice)
    assert actions() == ["post.schedule", "post.cancel"]
    assert publish_now(draft, alice).status == PostStatus.SCHEDULED


@pytest.mark.spec("PUB-05")
def test_retry_of_what_failed_publishes_it(
    platform: Scripted, alice: User, team: Team, clock: time_machine.Traveller
) -> None:
    target = due_target(post=PostFactory(team=team))
    Target.objects.filter(pk=target.pk).update(status=TargetStatus.FAILED, error="No.", attempts_made=3)
    retried = retry_target(target, alice)
    assert (retried.status, retried.error, retried.attempts_made) == (TargetStatus.SCHEDULED, "", 0)
    carry_on(clock, target)
    assert (target.status, actions()) == (TargetStatus.PUBLISHED, ["post.retry"])
    with pytest.raises(PublishingError):
        retry_target(target, alice)


@pytest.mark.spec("PUB-13")
def test_result_names_every_channel_with_its_link_or_reason(
    draft: Post, alice: User, clock: time_machine.Traveller
) -> None:
    publish_now(draft, alice)
    carry_on(clock, draft.targets.get())
    event = Event.objects.get(type="post.published")
    assert event.typed_data.links == {"YouTube: Bee TV": "https://tube.example/video-1"}
    assert events() == ["post.changed", "post.scheduled", "post.published"]
