"""Files that are read, mended and refused before their post is due."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from apps.accounts.models import User
from apps.approvals import services as approvals
from apps.approvals.models import Approval
from apps.events.models import Event
from apps.events.services import deliver
from apps.jobs.models import Job
from apps.library.models import Asset, AssetKind
from apps.publishing import preflight
from apps.publishing.models import Target, TargetStatus
from apps.publishing.retention import forget_fitted
from apps.publishing.services import ledger, preparing
from apps.publishing.services.fingerprints import fingerprint
from apps.publishing.services.posts import create_post, discard, edit_post, publish_now
from apps.teams.models import Team
from tests.factories import AssetFactory, house_facts
from tests.publishing.conftest import carry_on, run_open_jobs
from tests.publishing.factories import ChannelFactory
from tests.publishing.filming import film, fitted, only, planned, quick_fits, reels, shot, work_on
from tests.publishing.scripted import Scripted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey", "quick_fits")]
__all__ = ["film", "fitted", "quick_fits", "reels"]


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


def test_file_that_fails_holds_up_its_own_channel_only(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    video = shot(team, film("four-to-three.mp4"))
    lying = AssetFactory(video=video, kind=AssetKind.SOURCE, content=b"none", content_type="video/mp4")
    lying.file.facts_json = replace(house_facts(), width=1440, height=1080).to_json()
    lying.file.save()
    well, ill = ChannelFactory(team=team), ChannelFactory(team=team)
    post = create_post(
        team=team,
        actor=alice,
        video=video,
        kind="short",
        title="Bees",
        connections=[ill, well],
        overrides={ill.pk: {"asset": lying}},
    )
    publish_now(post, alice)
    ledger.claim_due()
    work_on("publishing.publish_target")
    clock.shift(timedelta(seconds=1))
    work_on("publishing.prepare_post")
    deliver(
        "apps.publishing.subscriptions.say_what_could_not_be_mended",
        Event.objects.get(type="job.dead").subject_id,
    )
    ledger.claim_due()
    work_on("publishing.publish_target")
    states = {target.connection: target.status for target in post.targets.select_related("connection")}
    assert states == {ill: TargetStatus.FAILED, well: TargetStatus.PUBLISHED}


def test_post_that_was_discarded_meanwhile_is_no_trouble(
    team: Team, alice: User, reels: Scripted, film: Callable[..., bytes], clock: time_machine.Traveller
) -> None:
    post = planned(team, alice, shot(team, film("four-to-three.mp4")))
    discard(post, alice)
    clock.shift(timedelta(minutes=3))
    run_open_jobs()
    (job,) = Job.objects.filter(kind="publishing.prepare_post")
    assert (job.status, job.result) == ("done", {"mended": []})
