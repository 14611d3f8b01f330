"""The composer: one video, words for all channels, what differs on each, and when – all of it kept, or nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.approvals.models import Approval, ApprovalRule
from apps.connections.models import Connection, ConnectionStatus
from apps.core.ids import new_id
from apps.library.models import AssetKind, Video, VideoStatus
from apps.library.provenance import Provenance
from apps.publishing.approvals import POST
from apps.publishing.forms.channel import prefix_of
from apps.publishing.models import Post, PostKindChoice, PostStatus, Target, TargetStatus
from apps.publishing.services import posts as services
from apps.teams.models import Team
from tests.conftest import signed_in
from tests.factories import AssetFactory, VideoFactory
from tests.publishing.factories import ChannelFactory, PostFactory, TargetFactory, filmed

pytestmark = pytest.mark.django_db

BERLIN = "Europe/Berlin"
TOO_LONG = (
    "The title has 101 characters; YouTube takes 100. Shorten it, or write a shorter one for this channel."
)


@pytest.fixture
def film(team: Team) -> Video:
    return filmed(
        team, title="What bees do", description="A day in the hive.", tags=["bees"], duration_s=30.0
    )


@pytest.fixture
def youtube(team: Team) -> Connection:
    return ChannelFactory(team=team, name="Bee TV")


@pytest.fixture
def tiktok(team: Team) -> Connection:
    facts = {"privacies": ["PUBLIC_TO_EVERYONE", "SELF_ONLY"], "duet_off": True}
    return ChannelFactory(team=team, platform="tiktok", name="beetok", facts=facts)


def address(team: Team, name: str = "new", *args: Any) -> str:
    return reverse(f"publishing:{name}", args=[team.slug, *args])


def written(*channels: Connection, film: Video | None = None, **changes: Any) -> dict[str, Any]:
    """What the form sends: a draft, unless `action` says otherwise."""
    return {
        "ref": str(new_id()),
        "video": str(film.pk) if film else "",
        "kind": "video",
        "title": "Bees",
        "text": "All day long.",
        "hashtags": "#bees honey",
        "tags": "insects, honey",
        "first_comment": "",
        "privacy": "public",
        "connections": [str(channel.pk) for channel in channels],
        "when": "now",
        "due_at": "",
        "zone": BERLIN,
        "action": "draft",
        **changes,
    }


def own(channel: Connection, **values: Any) -> dict[str, Any]:
    """Fields of one channel."""
    return {f"{prefix_of(channel)}-{name}": value for name, value in values.items()}


@pytest.fixture
def client(alice_client: Client) -> Client:
    return alice_client


@pytest.fixture
def client_of_2027(alice: User) -> Iterator[Client]:
    """On New Year's Day of a year whose clock changes are known."""
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC), tick=False):
        yield signed_in(alice)


# What it begins with ---------------------------------------------------------------------------------------------
def test_first_the_video_is_chosen_among_the_finished_ones(client: Client, team: Team, film: Video) -> None:
    VideoFactory(team=team, title="Not there yet", status=VideoStatus.MAKING)
    page = client.get(f"{address(team)}?due=2027-01-05T18:00&zone={BERLIN}").content.decode()
    assert film.title in page
    assert "Not there yet" not in page
    assert f"?video={film.pk}&amp;due=2027-01-05T18%3A00&amp;zone=Europe%2FBerlin" in page


@pytest.mark.spec("PUB-01")
def test_words_and_flags_are_those_of_the_video(client: Client, team: Team, film: Video) -> None:
    Video.objects.filter(pk=film.pk).update(made_for_kids=True)
    voice = Provenance(provider="elevenlabs", prompt="All day long.", licence="voice Ana")
    AssetFactory(video=film, kind=AssetKind.VOICE, provenance_json=voice.to_json(), content=b"voice")
    form = client.get(f"{address(team)}?video={film.pk}").context["form"]
    names = ("title", "text", "tags", "made_for_kids", "ai_made", "kind")
    assert {name: form[name].value() for name in names} == {
        "title": "What bees do",
        "text": "A day in the hive.",
        "tags": "bees",
        "made_for_kids": True,
        "ai_made": True,
        "kind": PostKindChoice.SHORT,
    }


def test_own_film_with_found_pictures_is_not_said_to_be_made_by_ai(
    client: Client, team: Team, film: Video
) -> None:
    found = Provenance(provider="pexels", prompt="bees", licence="Pexels", source_url="https://pexels.com/1")
    AssetFactory(video=film, kind=AssetKind.CLIP, provenance_json=found.to_json(), content=b"clip")
    assert client.get(f"{address(team)}?video={film.pk}").context["form"]["ai_made"].value() is False


def test_address_says_when_and_where(
    client: Client, team: Team, film: Video, youtube: Connection, tiktok: Connection
) -> None:
    query = f"?video={film.pk}&due=2027-01-05T18:00&zone={BERLIN}&channels={tiktok.pk}"
    form = client.get(address(team) + query).context["form"]
    assert str(form["due_at"].value()) == "2027-01-05 18:00:00"
    assert (form["zone"].value(), form["when"].value()) == (BERLIN, "at")
    assert [channel.connection for channel in form.chosen] == [tiktok]


def test_nonsense_in_the_address_is_ignored(client: Client, team: Team, film: Video) -> None:
    answer = client.get(f"{address(team)}?video={film.pk}&due=tomorrow&zone=Mars/Olympus&channels=x,y")
    assert answer.status_code == 200
    assert answer.context["form"]["zone"].value() == team.time_zone
    assert client.get(f"{address(team)}?video=nonsense").status_code == 404


def test_channels_are_those_of_the_last_post(
    client: Client, team: Team, film: Video, youtube: Connection, tiktok: Connection
) -> None:
    assert client.get(f"{address(team)}?video={film.pk}").context["form"].chosen == []
    TargetFactory(post=PostFactory(team=team, video=film), connection=youtube)
    form = client.get(f"{address(team)}?video={film.pk}").context["form"]
    assert [channel.connection for channel in form.chosen] == [youtube]


# Keeping it --------------------------------------------------------------------------------------------------------
@pytest.mark.spec("PUB-01")
def test_draft_keeps_common_words_and_what_differs_on_a_channel(
    client: Client, team: Team, alice: User, film: Video, youtube: Connection, tiktok: Connection
) -> None:
    data = written(youtube, tiktok, film=film, made_for_kids="on", thumbnail="")
    data |= own(
        youtube,
        title="Bees, the film",
        category="27",
        playlist="https://www.youtube.com/playlist?list=PL_bees-1",
    )
    data |= own(youtube, option_embeddable="on", option_license="youtube")
    data |= own(tiktok, text="bzzz", privacy="SELF_ONLY", option_comment="on")
    answer = client.post(address(team), data)
    post = Post.objects.get()
    assert answer["Location"] == address(team, "post", post.pk)
    assert (post.pk, post.status, post.created_by) == (UUID(data["ref"]), PostStatus.DRAFT, alice)
    assert (post.title, post.hashtags, post.tags) == ("Bees", ["bees", "honey"], ["insects", "honey"])
    assert (post.made_for_kids, post.ai_made) == (True, False)
    assert {target.connection: target.overrides for target in post.targets.all()} == {
        youtube: {
            "title": "Bees, the film", "category": "27", "playlist": "PL_bees-1",
            "options": {"notify_subscribers": False},
        },
        tiktok: {"text": "bzzz", "privacy": "SELF_ONLY", "options": {"comment": True}},
    }  # fmt: skip


def test_draft_needs_neither_video_nor_channel_nor_words(client: Client, team: Team) -> None:
    client.post(address(team), written(title="", text="", hashtags="", tags=""))
    post = Post.objects.get()
    assert (str(post), post.status, post.video, post.targets.count()) == (
        "Untitled post",
        PostStatus.DRAFT,
        None,
        0,
    )


def test_sent_twice_it_is_one_post_with_the_words_sent_last(
    client: Client, team: Team, film: Video, youtube: Connection
) -> None:
    data = written(youtube, film=film)
    first, again = (
        client.post(address(team), data),
        client.post(address(team), data | {"title": "Bees again"}),
    )
    assert first["Location"] == again["Location"]
    assert [post.title for post in Post.objects.all()] == ["Bees again"]
    assert Target.objects.count() == 1


def test_id_of_another_team_s_post_makes_nothing(client: Client, team: Team) -> None:
    foreign = PostFactory()
    answer = client.post(address(team), written(ref=str(foreign.pk)))
    assert (answer.status_code, list(Post.objects.all())) == (422, [foreign])


@pytest.mark.spec("PUB-04", "PUB-03")
def test_it_is_scheduled_at_the_time_on_the_team_s_clock(
    client_of_2027: Client, team: Team, film: Video, youtube: Connection
) -> None:
    data = written(youtube, film=film, when="at", due_at="2027-07-05T18:00", action="go")
    client_of_2027.post(address(team), data)
    post = Post.objects.get()
    assert (post.status, post.zone) == (PostStatus.SCHEDULED, BERLIN)
    assert post.due_at == datetime(2027, 7, 5, 16, tzinfo=UTC)
    assert post.targets.get().status == TargetStatus.SCHEDULED


@pytest.mark.spec("PUB-04")
def test_time_that_the_clock_shows_twice_is_asked_for(
    client_of_2027: Client, team: Team, film: Video, youtube: Connection
) -> None:
    data = written(youtube, film=film, when="at", due_at="2027-10-31T02:30", action="go")
    asked = client_of_2027.post(address(team), data)
    assert asked.status_code == 422
    assert asked.context["form"].errors.keys() == {"fold"}
    assert all(
        words in asked.content.decode() for words in ("The first, 02:30 CEST", "The second, 02:30 CET")
    )
    assert Post.objects.count() == 0
    client_of_2027.post(address(team), data | {"fold": "1"})
    assert Post.objects.get().due_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due_at", "field", "sentence"),
    [
        ("", "due_at", "Choose when it goes out."),
        ("soon", "due_at", "Write the time as date and hour"),
        ("2027-03-28T02:30", "due_at", "does not exist"),
        ("2020-01-01T10:00", "due_at", "This time has passed"),
    ],
)
def test_wrong_time_is_said_beside_it_and_nothing_is_kept(
    client_of_2027: Client,
    team: Team,
    film: Video,
    youtube: Connection,
    due_at: str,
    field: str,
    sentence: str,
) -> None:
    data = written(youtube, film=film, when="at", due_at=due_at, action="go")
    answer = client_of_2027.post(address(team), data)
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors[field])
    assert Post.objects.count() == 0


def test_draft_does_not_care_about_the_time(client: Client, team: Team) -> None:
    client.post(address(team), written(when="at", due_at=""))
    assert Post.objects.get().status == PostStatus.DRAFT


@pytest.mark.spec("PUB-01")
def test_what_a_platform_refuses_is_said_beside_the_field_when_it_is_to_go_out(
    client: Client, team: Team, film: Video, youtube: Connection, tiktok: Connection
) -> None:
    data = written(youtube, tiktok, film=film, title="x" * 101, action="go")
    data |= own(youtube, text="a < b")
    answer = client.post(address(team), data)
    form = answer.context["form"]
    assert answer.status_code == 422
    assert form.errors["title"] == [TOO_LONG]
    assert {channel.platform.name: dict(channel.form.errors) for channel in form.chosen} == {
        "YouTube": {"text": ["YouTube refuses < in the text. Write it without."]},
        "TikTok": {"privacy": ["Choose who may see it on TikTok."]},
    }
    assert Post.objects.count() == 0


def test_draft_may_be_too_long(client: Client, team: Team, film: Video, youtube: Connection) -> None:
    client.post(address(team), written(youtube, film=film, title="x" * 101))
    assert Post.objects.get().title == "x" * 101


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hashtags": "#fine #not-fine"}, "hashtags"),
        ({"title": "x" * 201}, "title"),
        ({"privacy": "nobody"}, "privacy"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"connections": [str(UUID(int=7))]}, "connections"),
        ({"video": str(UUID(int=7))}, "video"),
        ({"ref": "nonsense"}, "ref"),
    ],
)
def test_bad_input_is_said_beside_its_field_even_of_a_draft(
    client: Client, team: Team, changes: dict[str, Any], field: str
) -> None:
    answer = client.post(address(team), written() | changes)
    assert (answer.status_code, Post.objects.count()) == (422, 0)
    assert field in answer.context["form"].errors


def test_bad_input_of_a_channel_is_said_there(client: Client, team: Team, youtube: Connection) -> None:
    answer = client.post(
        address(team), written(youtube) | own(youtube, playlist="https://example.com/<script>")
    )
    channel = answer.context["form"].chosen[0]
    assert (answer.status_code, Post.objects.count()) == (422, 0)
    assert channel.form.errors == {"playlist": ["Paste the address of the playlist, or its id."]}


@pytest.mark.parametrize(("missing", "field"), [("film", "video"), ("channel", "connections")])
def test_what_goes_out_needs_video_and_channel(
    client: Client, team: Team, film: Video, youtube: Connection, missing: str, field: str
) -> None:
    channels = () if missing == "channel" else (youtube,)
    answer = client.post(
        address(team), written(*channels, film=None if missing == "film" else film, action="go")
    )
    assert (answer.status_code, Post.objects.count()) == (422, 0)
    assert field in answer.context["form"].errors


@pytest.mark.spec("LIB-08")
def test_without_evidence_of_the_licence_nothing_goes_out(
    client: Client, team: Team, film: Video, youtube: Connection
) -> None:
    bare = Provenance(provider="upload", licence="CC BY")
    AssetFactory(
        video=film, kind=AssetKind.IMAGE, title="Harbour", provenance_json=bare.to_json(), content=b"picture"
    )
    sentence = "Harbour (image): whom to name as its author is missing."
    assert sentence in client.get(f"{address(team)}?video={film.pk}").content.decode()
    answer = client.post(address(team), written(youtube, film=film, action="go"))
    assert (answer.status_code, Post.objects.count()) == (422, 0)
    assert sentence in str(answer.context["form"].errors["video"])


@pytest.mark.spec("PUB-14", "PUB-03")
def test_where_the_team_wants_approval_it_is_asked_for(
    bob_client: Client, team: Team, alice: User, film: Video, youtube: Connection
) -> None:
    ApprovalRule.objects.create(team=team, kind=POST.name)
    assert "Ask for approval" in bob_client.get(f"{address(team)}?video={film.pk}").content.decode()
    bob_client.post(
        address(team), written(youtube, film=film, action="go", note="Is the baker's name right?")
    )
    post, question = Post.objects.get(), Approval.objects.get()
    assert post.status == PostStatus.AWAITING_APPROVAL
    assert (question.subject_id, question.note) == (str(post.pk), "Is the baker's name right?")
    page = bob_client.get(address(team, "post", post.pk)).content.decode().replace("&#x27;", "'")
    assert question.note in page


@pytest.mark.parametrize("name", ["new", "preview"])
def test_viewer_may_not_write(victor_client: Client, team: Team, name: str) -> None:
    assert victor_client.post(address(team, name), written()).status_code == 403


# Changing it -------------------------------------------------------------------------------------------------------
@pytest.fixture
def planned(team: Team, alice: User, film: Video, youtube: Connection) -> Post:
    post = services.create_post(
        team=team, actor=alice, title="Bees", video=film, connections=[youtube],
        overrides={youtube.pk: {"text": "Here only", "options": {"thumbnail_at_s": 3}}},
    )  # fmt: skip
    return services.schedule(post, timezone.now() + timedelta(days=2), BERLIN, alice)


def again(post: Post, *channels: Connection, **changes: Any) -> dict[str, Any]:
    at = post.due_at.astimezone(ZoneInfo(post.zone)) if post.due_at else None
    data = written(*channels, film=post.video, ref=str(post.pk), when="at", action="go", tags="", hashtags="")
    return (
        data | {"due_at": f"{at:%Y-%m-%dT%H:%M}" if at else "", "fold": str(at.fold) if at else ""} | changes
    )


def test_form_shows_what_is_kept(client: Client, team: Team, planned: Post, youtube: Connection) -> None:
    form = client.get(address(team, "edit", planned.pk)).context["form"]
    channel = form.chosen[0]
    assert (channel.connection, channel.form["text"].value(), channel.form["asset"].value()) == (
        youtube,
        "Here only",
        None,
    )
    assert (form["title"].value(), form["when"].value()) == ("Bees", "at")


def test_scheduled_post_keeps_its_time_and_switches_that_the_form_does_not_know(
    client: Client, team: Team, planned: Post, youtube: Connection
) -> None:
    Post.objects.filter(pk=planned.pk).update(due_at=planned.due_at.replace(second=0, microsecond=0))
    planned.refresh_from_db()
    data = again(planned, youtube, title="Bees at night") | own(
        youtube, text="", option_embeddable="on", option_notify_subscribers="on"
    )
    client.post(address(team, "edit", planned.pk), data)
    changed = Post.objects.get()
    assert (changed.title, changed.status, changed.due_at) == (
        "Bees at night",
        PostStatus.SCHEDULED,
        planned.due_at,
    )
    assert changed.targets.get().overrides == {"options": {"thumbnail_at_s": 3}}


def test_another_time_moves_it(client: Client, team: Team, planned: Post, youtube: Connection) -> None:
    later = (timezone.now() + timedelta(days=5)).replace(hour=10, minute=0, second=0, microsecond=0)
    client.post(
        address(team, "edit", planned.pk),
        again(planned, youtube, due_at=f"{later:%Y-%m-%dT%H:%M}", zone="UTC"),
    )
    assert Post.objects.get().due_at == later
    assert Target.objects.get().due_at == later


def test_channel_that_is_left_out_gets_nothing(
    client: Client, team: Team, planned: Post, youtube: Connection, tiktok: Connection
) -> None:
    client.post(address(team, "edit", planned.pk), again(planned, tiktok) | own(tiktok, privacy="SELF_ONLY"))
    assert [target.connection for target in Target.objects.all()] == [tiktok]


def test_failed_channel_that_is_left_out_is_not_sent_again(
    client: Client, team: Team, alice: User, planned: Post, youtube: Connection, tiktok: Connection
) -> None:
    target = planned.targets.get()
    target.attempts.create(team=team, number=1)
    Target.objects.filter(pk=target.pk).update(status=TargetStatus.FAILED)
    Post.objects.filter(pk=planned.pk).update(status=PostStatus.FAILED)
    client.post(address(team, "edit", planned.pk), again(planned, tiktok) | own(tiktok, privacy="SELF_ONLY"))
    assert dict(Target.objects.values_list("connection__platform", "status")) == {
        "youtube": TargetStatus.CANCELLED,
        "tiktok": TargetStatus.SCHEDULED,
    }


def test_what_is_out_somewhere_keeps_its_common_words(
    client: Client, team: Team, planned: Post, youtube: Connection, tiktok: Connection
) -> None:
    planned.targets.update(status=TargetStatus.PUBLISHED)
    Post.objects.filter(pk=planned.pk).update(status=PostStatus.PUBLISHED)
    data = again(planned, tiktok, title="Other words", when="now") | own(
        tiktok, text="bzzz", privacy="SELF_ONLY"
    )
    client.post(address(team, "edit", planned.pk), data)
    assert Post.objects.get().title == "Bees"
    assert dict(Target.objects.values_list("connection__platform", "status")) == {
        "youtube": TargetStatus.PUBLISHED,
        "tiktok": TargetStatus.SCHEDULED,
    }


def test_post_on_its_way_can_t_be_changed(client: Client, team: Team, planned: Post) -> None:
    planned.targets.update(status=TargetStatus.PUBLISHING)
    answer = client.get(address(team, "edit", planned.pk), follow=True)
    assert "This post is being published." in answer.content.decode()
    assert answer.redirect_chain == [(address(team, "post", planned.pk), 302)]


# What it will look like ------------------------------------------------------------------------------------------
@pytest.mark.spec("PUB-01")
def test_preview_shows_each_channel_s_words_and_counts_as_it_counts(
    client: Client, team: Team, film: Video, youtube: Connection, tiktok: Connection
) -> None:
    data = written(youtube, tiktok, film=film, text="Grüße " * 800, hashtags="") | own(tiktok, text="bzzz 🐝")
    answer = client.post(address(team, "preview"), data, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    counted = {
        preview.platform.name: {c.label: (c.used, c.limit) for c in preview.checked.counters}
        for preview in answer.context["previews"]
    }
    assert counted == {
        "YouTube": {"Title": (4, 100), "Text": (6399, 5000), "Tags": (13, 500)},
        "TikTok": {"Text": (7, 2200)},
    }
    assert "The text with its hashtags has 6,399 bytes; YouTube takes 5,000." in page
    assert Post.objects.count() == 0


def test_preview_shows_the_chosen_thumbnail(
    client: Client, team: Team, film: Video, youtube: Connection
) -> None:
    still = AssetFactory(video=film, kind=AssetKind.THUMBNAIL, content=b"still")
    other = AssetFactory(video=film, kind=AssetKind.THUMBNAIL, content=b"other")
    page = client.post(
        address(team, "preview"), written(youtube, film=film, thumbnail=str(other.pk))
    ).content.decode()
    mock = page.partition('class="mock-wide"')[2].partition("</div>")[0]
    assert str(other.pk) in mock
    assert str(still.pk) not in mock


def test_preview_warns_of_a_channel_before_it_hurts(
    client: Client, team: Team, film: Video, youtube: Connection
) -> None:
    Connection.objects.filter(pk=youtube.pk).update(status=ConnectionStatus.BROKEN)
    answer = client.post(address(team, "preview"), written(youtube, film=film))
    assert [preview.troubles for preview in answer.context["previews"]] == [1]
    assert (
        "Bee TV has to be reconnected first."
        in client.get(f"{address(team)}?video={film.pk}&channels={youtube.pk}").content.decode()
    )


def test_preview_of_half_a_form_is_no_error(client: Client, team: Team) -> None:
    assert client.post(address(team, "preview"), {}).status_code == 200
    assert (
        client.post(
            address(team, "preview"), {"ref": "x", "kind": "song", "when": "at", "due_at": "x"}
        ).status_code
        == 200
    )


def test_other_videos_are_found_by_their_words(client: Client, team: Team, film: Video) -> None:
    VideoFactory(team=team, title="Harbour walk", status=VideoStatus.READY)
    page = client.get(address(team, "find_videos"), {"find": "harbour"}).content.decode()
    assert "Harbour walk" in page
    assert film.title not in page


def test_publish_stands_on_the_page_of_a_finished_video(
    client: Client, victor_client: Client, team: Team, film: Video
) -> None:
    page, link = (
        reverse("library:video", args=[team.slug, film.pk]),
        f'href="{address(team)}?video={film.pk}"',
    )
    assert link in client.get(page).content.decode()
    assert link not in victor_client.get(page).content.decode()
