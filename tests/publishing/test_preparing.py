"""Files that are read, mended and refused before their post is due."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.approvals import services as approvals
from apps.approvals.models import Approval
from apps.events.models import Event
from apps.events.services import deliver
from apps.jobs.models import Job
from apps.jobs.runner import run_job
from apps.library.models import Asset, AssetKind, Video
from apps.library.provenance import Provenance
from apps.media.binaries import ffmpeg_path
from apps.publishing import preflight
from apps.publishing.errors import PublishingError
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.publishing.retention import forget_fitted
from apps.publishing.services import ledger, preparing
from apps.publishing.services.fingerprints import fingerprint
from apps.publishing.services.posts import create_post, edit_post, publish_now, schedule
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory, house_facts
from tests.publishing.conftest import carry_on, installed, run_open_jobs
from tests.publishing.factories import ChannelFactory
from tests.publishing.scripted import Scripted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
COPY = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """The bytes of a small video that FFmpeg makes."""
    shelf = tmp_path_factory.mktemp("films")

    def make(name: str, size: str = "160x120", seconds: float = 3.0, coding: tuple[str, ...] = ()) -> bytes:
        path = shelf / name
        if not path.exists():
            inputs = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d={seconds}"]
            if not name.startswith("silent"):
                inputs += ["-f", "lavfi", "-i", f"sine=d={seconds}"]
            options = [*(coding or COPY), "-c:a", "aac", "-shortest"]
            subprocess.run([ffmpeg_path(), "-v", "error", "-y", *inputs, *options, path], check=True)
        return path.read_bytes()

    return make


def shot(team: Team, content: bytes, suffix: str = ".mp4", **facts: object) -> Video:
    """A ready video whose file nobody has looked into yet."""
    video: Video = VideoFactory(team=team, title="Bees")
    AssetFactory(
        video=video,
        kind=AssetKind.RENDITION,
        content=content,
        suffix=suffix,
        content_type="video/unread",
        duration_s=3.0,
        **facts,
    )
    return video


@pytest.fixture
def reels(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """A platform with Facebook's limits, which publishes by a call of its own."""
    from apps.connections.registry import PLATFORMS, _load

    limits = PLATFORMS["facebook"].limits
    scripted = installed(monkeypatch, Scripted(commits=True, piece=1 << 20), "youtube")
    monkeypatch.setitem(_load(), "youtube", replace(PLATFORMS["youtube"], name="Reels", limits=limits))
    return scripted


def planned(
    team: Team,
    actor: User,
    video: Video,
    channels: int = 1,
    in_: timedelta = timedelta(hours=1),
    **more: object,
) -> Post:
    post = create_post(
        team=team,
        actor=actor,
        video=video,
        kind="short",
        title="Bees",
        connections=[ChannelFactory(team=team) for _ in range(channels)],
        **more,  # type: ignore[arg-type]
    )
    return schedule(post, timezone.now() + in_, "UTC", actor)


def only(post: Post) -> Target:
    found: Target = post.targets.select_related("asset__file", "repaired__file", "connection", "post").get()
    return found


def work_on(kind: str) -> None:
    for job in Job.objects.filter(kind=kind, status="queued"):
        run_job(str(job.pk))


@pytest.mark.spec("PUB-01", "TRC-04")
def test_file_that_does_not_fit_is_mended_before_it_is_due(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    post = planned(team, alice, shot(team, film("four-to-three.mp4")))
    run_open_jobs()  # somebody looks into the file
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    target = only(post)
    assert target.status == TargetStatus.SCHEDULED
    assert target.repaired is not None
    made = target.repaired
    assert (made.kind, made.width, made.height, made.video_id) == (
        AssetKind.FITTED,
        1080,
        1920,
        post.video_id,
    )
    assert (made.provenance.provider, made.provenance.licence) == ("showrunner", "own")
    assert {row.label: (row.before, row.after) for row in preflight.differences(target)}["Size"] == (
        "160 × 120",
        "1080 × 1920",
    )
    found = preflight.reports(post)[target.pk]
    assert ([one.code for one in found.mends], found.is_ready) == (["ratio", "sides", "loudness"], True)
    carry_on(clock, target)
    assert target.status == TargetStatus.PUBLISHED
    assert [upload.size for upload in reels.uploads] == [made.file.size]


def test_what_is_due_before_it_is_mended_waits_and_goes_on_by_itself(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    post = planned(team, alice, shot(team, film("silent.mp4", size="540x960")))
    Job.objects.filter(kind="publishing.prepare_post").update(status="cancelled")
    clock.shift(timedelta(hours=2))
    ledger.claim_due()
    work_on("publishing.publish_target")
    target = only(post)
    assert (target.status, target.wait_reason) == (TargetStatus.WAITING, preparing.WAITS)
    carry_on(clock, target)
    target = only(post)
    assert (target.status, target.attempts_made) == (TargetStatus.PUBLISHED, 1)
    assert target.repaired is not None
    facts = target.repaired.file.facts
    assert facts is not None
    assert (facts.audio_codec, facts.lufs) == ("aac", None)


def test_one_copy_serves_all_channels_that_need_it(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    post = planned(team, alice, shot(team, film("four-to-three.mp4")), channels=3)
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    assert post.targets.values("repaired").distinct().count() == 1
    assert Asset.objects.filter(kind=AssetKind.FITTED).count() == 1
    (job,) = Job.objects.filter(kind="publishing.prepare_post")
    assert len(job.result["mended"]) == 3


@pytest.mark.parametrize(
    ("name", "sentence"), [("empty", "The file is empty (0 bytes)"), ("cut", "The file is incomplete")]
)
def test_broken_file_is_told_before_it_is_due_and_never_sent(
    team: Team,
    alice: User,
    reels: Scripted,
    film: Callable[..., bytes],
    clock: time_machine.Traveller,
    name: str,
    sentence: str,
) -> None:
    content = b"" if name == "empty" else film("four-to-three.mp4")[:2000]
    post = planned(team, alice, shot(team, content))
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    (told,) = Event.objects.filter(type="post.blocked")
    assert [reason.startswith(sentence) for reason in told.data["reasons"].values()] == [True]
    carry_on(clock, only(post))
    target = only(post)
    assert target.status == TargetStatus.FAILED
    assert target.error.startswith(sentence)
    assert reels.calls == []


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


def test_mended_copy_does_not_void_an_approval_but_another_file_does(
    team: Team,
    alice: User,
    bob: User,
    reels: Scripted,
    film: Callable[..., bytes],
    clock: time_machine.Traveller,
) -> None:
    approvals.set_rules(team=team, kinds=["publishing.post"], actor=alice)
    post = planned(team, bob, shot(team, film("four-to-three.mp4")))
    approvals.decide(approval=Approval.objects.get(), approve=True, actor=alice)
    approved = fingerprint(post)
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    target = only(post)
    assert target.repaired is not None
    assert fingerprint(post) == approved
    carry_on(clock, target)
    assert target.status == TargetStatus.PUBLISHED
    other: Asset = AssetFactory(team=team, content=b"others", content_type="video/mp4", video=post.video)
    Target.objects.filter(pk=target.pk).update(asset=other)
    assert fingerprint(post) != approved


def test_another_file_needs_another_copy(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    post = planned(team, alice, shot(team, film("four-to-three.mp4")))
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    target = only(post)
    first = target.repaired_id
    assert first is not None
    edit_post(post, alice, video=shot(team, film("wide.mp4", size="160x90")))
    assert only(post).repaired is None
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    assert only(post).repaired_id not in (None, first)


def test_job_that_runs_twice_makes_nothing_anew(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    post = planned(team, alice, shot(team, film("four-to-three.mp4")))
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    before = Asset.objects.filter(kind=AssetKind.FITTED).get()
    preparing.start_now(post)
    run_open_jobs()
    assert Asset.objects.filter(kind=AssetKind.FITTED).get() == before


def test_file_that_can_not_be_mended_fails_with_the_reason(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    video = shot(team, b"no video at all")
    asset = video.assets.get()
    asset.file.facts_json = replace(house_facts(), width=1440, height=1080).to_json()  # it says so, and lies
    asset.file.save()
    post = publish_now(planned(team, alice, video), alice)
    ledger.claim_due()
    work_on("publishing.publish_target")
    work_on("publishing.prepare_post")
    died = Event.objects.get(type="job.dead")
    deliver("apps.publishing.subscriptions.say_what_could_not_be_mended", died.subject_id)
    target = only(post)
    assert target.status == TargetStatus.FAILED
    assert target.error.startswith("Its file could not be made ready. This is not a video")
    assert reels.calls == []


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


def test_copies_that_nothing_needs_are_forgotten(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    post = planned(team, alice, shot(team, film("four-to-three.mp4")))
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    assert forget_fitted(timezone.now() + timedelta(days=1)) == 0
    carry_on(clock, only(post))
    assert forget_fitted(timezone.now() + timedelta(days=1)) == 1
    assert only(post).repaired is None


def test_no_work_is_left_behind(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    from django.conf import settings

    planned(team, alice, shot(team, film("four-to-three.mp4")))
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    assert [path for path in Path(settings.WORK_DIR).iterdir() if path.is_dir()] == []


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
