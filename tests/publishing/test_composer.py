"""The composer: one video, words for all channels, what differs on each, and when – all of it kept, or nothing."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.approvals.models import Approval, ApprovalRule
from apps.connections.models import Connection
from apps.library.models import AssetKind, Video, VideoStatus
from apps.library.provenance import Provenance
from apps.publishing.approvals import POST
from apps.publishing.models import Post, PostKindChoice, PostStatus, Target, TargetStatus
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory
from tests.publishing.composing import (
    BERLIN,
    TOO_LONG,
    address,
    client,
    client_of_2027,
    film,
    own,
    tiktok,
    written,
    youtube,
)
from tests.publishing.factories import PostFactory, TargetFactory

__all__ = ["client", "client_of_2027", "film", "tiktok", "youtube"]

pytestmark = pytest.mark.django_db


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


@pytest.mark.spec("LIB-04")
def test_what_the_library_keeps_for_a_platform_stands_at_its_channel(
    client: Client, team: Team, film: Video, youtube: Connection
) -> None:
    said = {"youtube": {"title": "Bees, longer"}}
    Video.objects.filter(pk=film.pk).update(overrides_json=said, category="27", visibility="unlisted")
    form = client.get(address(team), {"video": str(film.pk)}).context["form"]
    channel = form.channels[0].form
    assert (form["title"].value(), form["privacy"].value()) == ("What bees do", "unlisted")
    assert (channel["title"].value(), channel["category"].value()) == ("Bees, longer", "27")
    assert not channel["text"].value()


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


@pytest.mark.spec("PUB-01")
def test_what_is_refused_still_stands_in_the_preview(
    client: Client, team: Team, film: Video, youtube: Connection
) -> None:
    data = written(youtube, film=film, title="x" * 101, action="go") | own(youtube, text="a < b")
    context = client.post(address(team), data).context
    [preview] = context["previews"]
    assert (preview.said.title, preview.said.text) == ("x" * 101, "a < b")
    assert [(counter.label, counter.used) for _, counter in context["tight"]["title"]] == [("Title", 101)]


def test_everything_wrong_is_said_at_once(
    client_of_2027: Client, team: Team, film: Video, youtube: Connection
) -> None:
    data = written(youtube, film=film, title="", when="at", due_at="2020-01-01T10:00", action="go")
    errors = client_of_2027.post(address(team), data).context["form"].errors
    assert {name: list(said) for name, said in errors.items()} == {
        "title": ["YouTube takes nothing without a title."],
        "due_at": ["This time has passed. Choose a later one."],
    }


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
