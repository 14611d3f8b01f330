"""What is said of a post before it goes out: when it is scheduled, in the composer and on its page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.library.models import AssetKind
from apps.library.provenance import Provenance
from apps.publishing import preflight
from apps.publishing.errors import PublishingError
from apps.publishing.forms.channel import prefix_of
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.publishing.services.posts import create_post, schedule
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory, house_facts
from tests.publishing.conftest import carry_on, run_open_jobs
from tests.publishing.factories import ChannelFactory
from tests.publishing.filming import film, only, planned, reels, shot
from tests.publishing.scripted import Scripted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
__all__ = ["film", "reels"]


def test_ninety_minutes_are_refused_at_once_and_cut_where_the_person_agrees(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    video = shot(team, film("four-to-three.mp4"))
    asset = video.assets.get()
    asset.file.facts_json = replace(house_facts(), duration_s=5400.0).to_json()
    asset.file.save()
    with pytest.raises(PublishingError, match="lasts 1:30:00; Reels takes 1:30") as refused:
        planned(team, alice, video)
    assert refused.value.field == "may_trim"
    channel = ChannelFactory(team=team)
    post = create_post(
        team=team,
        actor=alice,
        video=video,
        kind="short",
        title="Bees",
        connections=[channel],
        overrides={channel.pk: {"options": {"may_trim": True}}},
    )
    schedule(post, timezone.now() + timedelta(hours=1), "UTC", alice)
    found = preflight.reports(post)[only(post).pk]
    assert (found.stop, found.fit is not None and found.fit.keep_s) == (None, 89.9)


@pytest.mark.spec("LIB-08")
def test_missing_evidence_blocks(team: Team, alice: User, reels: Scripted) -> None:
    video = shot(team, b"pictures")
    AssetFactory(
        video=video,
        kind=AssetKind.MUSIC,
        title="Song",
        provenance_json=Provenance(provider="upload", licence="licensed").to_json(),
    )
    with pytest.raises(PublishingError, match=r"Song \(music\): the receipt of its licence is missing"):
        planned(team, alice, video)
    video.assets.filter(kind=AssetKind.MUSIC).update(
        provenance_json=Provenance(provider="upload", licence="licensed", receipt="No. 7").to_json()
    )
    assert planned(team, alice, video).status == PostStatus.SCHEDULED


@pytest.mark.spec("LIB-08")
def test_evidence_that_was_lost_meanwhile_stops_it_when_it_is_due(
    team: Team, alice: User, reels: Scripted, clock: time_machine.Traveller
) -> None:
    video = VideoFactory(team=team)
    AssetFactory(
        video=video, kind=AssetKind.RENDITION, content=b"pictures", suffix=".mp4", content_type="video/mp4"
    )
    post = planned(team, alice, video)
    video.assets.update(provenance_json=Provenance(provider="pexels").to_json())
    carry_on(clock, only(post))
    assert "may be used is not complete" in only(post).error
    assert "its licence is missing" in only(post).error
    assert reels.calls == []


def test_words_that_a_channel_refuses_stop_the_schedule(team: Team, alice: User, reels: Scripted) -> None:
    video = shot(team, b"pictures")
    with pytest.raises(PublishingError, match="has 5,001 characters; Reels takes 5,000") as refused:
        planned(team, alice, video, text="x" * 5001)
    assert refused.value.field == "text"


def test_reports_take_as_many_queries_for_one_channel_as_for_three(
    team: Team, alice: User, reels: Scripted, django_assert_num_queries: object
) -> None:
    video = VideoFactory(team=team)
    AssetFactory(
        video=video, kind=AssetKind.RENDITION, content=b"pictures", suffix=".mp4", content_type="video/mp4"
    )
    for channels in (1, 3):
        post = Post.objects.select_related("video", "thumbnail").get(
            pk=planned(team, alice, video, channels=channels).pk
        )
        with django_assert_num_queries(2):  # type: ignore[operator]
            preflight.reports(post)


@pytest.mark.spec("PUB-01")
def test_page_of_a_post_shows_what_was_found_and_what_was_mended(
    team: Team,
    alice: User,
    alice_client: Client,
    reels: Scripted,
    film: Callable[..., bytes],
    clock: time_machine.Traveller,
) -> None:
    post = planned(team, alice, shot(team, film("four-to-three.mp4")))
    address = f"/studio/{team.slug}/posts/{post.pk}/"
    run_open_jobs()
    page = alice_client.get(address).content.decode()
    assert "Its file is made ready before it goes out" in page
    assert "The picture is 4:3; Reels wants 9:16." in page
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    page = alice_client.get(address).content.decode()
    assert "Its file was made ready for this channel" in page
    assert "160 × 120" in page
    assert "1080 × 1920" in page
    target = only(post)
    target.asset.file.facts_json = replace(house_facts(), duration_s=5400.0).to_json()  # type: ignore[union-attr]
    target.asset.file.save()  # type: ignore[union-attr]
    page = alice_client.get(address).content.decode()
    assert "It can&#x27;t go out like this" in page or "It can't go out like this" in page
    assert "The video lasts 1:30:00; Reels takes 1:30 here." in page


@pytest.mark.spec("PUB-01")
def test_composer_asks_whether_a_long_video_may_be_cut(
    team: Team, alice_client: Client, reels: Scripted, clock: time_machine.Traveller
) -> None:
    channel = ChannelFactory(team=team)
    video = VideoFactory(team=team, title="Bees", duration_s=5400.0)
    asset = AssetFactory(
        video=video, kind=AssetKind.RENDITION, content=b"p", suffix=".mp4", content_type="video/mp4"
    )
    asset.file.facts_json = replace(house_facts(), duration_s=5400.0).to_json()
    asset.file.save()
    said = {
        "ref": str(uuid4()),
        "video": str(video.pk),
        "kind": "short",
        "title": "Bees",
        "privacy": "public",
        "connections": [str(channel.pk)],
        "when": "at",
        "due_at": f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "zone": "UTC",
        "action": "go",
    }
    switch = f"{prefix_of(channel)}-option_may_trim"
    page = alice_client.post(f"/studio/{team.slug}/posts/new/", said)
    assert page.status_code == 422
    form = page.context["form"].chosen[0].form
    assert form.errors == {
        "option_may_trim": [
            "The video lasts 1:30:00; Reels takes 1:30 here. "
            "Allow it to be cut to its first 1:30, or choose a shorter one."
        ]
    }
    assert switch in page.content.decode()
    assert alice_client.post(f"/studio/{team.slug}/posts/new/", {**said, switch: "on"}).status_code == 302
    target = Target.objects.get()
    assert (target.status, target.overrides["options"]["may_trim"]) == (TargetStatus.SCHEDULED, True)


def test_sound_that_stays_softer_goes_out_all_the_same(team: Team, alice: User, reels: Scripted) -> None:
    target = only(planned(team, alice, shot(team, b"pictures")))
    quiet = replace(house_facts(), lufs=-20.0)
    assert preflight.left_over(quiet, target) == []
    wrong = preflight.left_over(replace(quiet, container="mov"), target)
    assert [finding.code for finding in wrong] == ["container"]
