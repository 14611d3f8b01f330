"""The composer of a post that is there already, and the preview of what it will look like."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.connections.models import Connection, ConnectionStatus
from apps.library.models import AssetKind, Video, VideoStatus
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.publishing.services import posts as services
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory
from tests.publishing.composing import (
    BERLIN,
    address,
    client,
    client_of_2027,
    film,
    own,
    tiktok,
    written,
    youtube,
)

__all__ = ["client", "client_of_2027", "film", "tiktok", "youtube"]

pytestmark = pytest.mark.django_db


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


def test_second_tab_is_told_of_the_first_and_may_save_again(
    client: Client, team: Team, planned: Post, youtube: Connection
) -> None:
    where = address(team, "edit", planned.pk)
    seen = [client.get(where).context["form"]["seen"].value() for _ in range(2)]
    client.post(where, again(planned, youtube, title="First", seen=seen[0]))
    answer = client.post(where, again(planned, youtube, title="Second", seen=seen[1]))
    form = answer.context["form"]
    assert (answer.status_code, Post.objects.get().title) == (422, "First")
    assert [str(error)[:49] for error in form.non_field_errors()] == [
        "This post was changed while you were writing, her"
    ]
    assert form["title"].value() == "Second"
    client.post(where, again(planned, youtube, title="Second", seen=form["seen"].value()))
    assert Post.objects.get().title == "Second"


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
