"""A run from its text to its files: what is made, what fails and goes on. Changes to it are in test_making_again.py."""

from collections import Counter
from collections.abc import Callable

import pytest

from apps.core.http import Unavailable
from apps.creation.errors import CreationError
from apps.creation.models import Run, Scene, Step
from apps.creation.services import editing, making, runs
from apps.creation.services.runs import cancel_run, retry_run
from apps.creation.steps import workbench
from apps.jobs.models import Job, JobStatus
from apps.library.models import AssetKind, Video, VideoStatus
from apps.media.errors import DiskFull
from apps.media.probe import probe
from apps.media.sound import measure
from apps.providers.capabilities import Capability
from tests.creation.conftest import keys, made_since

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("small_frames", "quick_sounds"),
]

Start = Callable[..., Run]
WorkOff = Callable[[Run], list[str]]
SHORT = (
    "Bees dance to tell each other where flowers are. Other bees follow her in the dark and learn the way."
)


@pytest.mark.spec("GEN-01", "GEN-08", "GEN-05", "GEN-07", "PRV-05", "LIB-08")
def test_a_text_becomes_a_video_in_every_format(start: Start, work_off: WorkOff):
    run = start(formats=["9x16", "16x9", "1x1"], look={"transition": "fade", "transition_s": 0.3})
    work_off(run)
    assert (run.status, run.error) == ("done", "")
    video: Video = run.video
    assert (video.status, video.title, video.language) == (VideoStatus.READY, run.title, "en")
    kinds = Counter(video.assets.values_list("kind", flat=True))
    scenes = run.scenes.count()
    assert kinds == {
        "rendition": 3, "thumbnail": 3, "caption": 2, "voice": scenes, "graphic_poster": scenes, "music": 1,
    }  # fmt: skip
    sizes = {}
    for asset in video.assets.filter(kind=AssetKind.RENDITION):
        with asset.local_path() as path:
            facts, loudness = probe(path), measure(path)
        sizes[asset.format] = (facts.video.width, facts.video.height)
        assert facts.duration_s == pytest.approx(video.duration_s, abs=0.05)
        assert loudness.lufs == pytest.approx(-14, abs=0.5)
        assert loudness.true_peak_dbtp <= -1
    assert sizes == {"9x16": (180, 320), "16x9": (320, 180), "1x1": (180, 180)}
    assert len(video.chapters) == scenes
    music = video.assets.get(kind=AssetKind.MUSIC)
    assert (music.provenance.provider, music.provenance.licence) == ("builtin", "generated here")


@pytest.mark.spec("GEN-10", "JOB-03")
def test_a_step_that_fails_for_good_stops_the_run_and_the_retry_takes_what_was_good(
    start: Start, work_off: WorkOff, monkeypatch: pytest.MonkeyPatch, alice
):
    ask = workbench.providers.generate

    def broken(capability, request, **kwargs):
        if capability is Capability.MUSIC:
            raise Unavailable("The music service is down.", retryable=False)
        return ask(capability, request, **kwargs)

    with monkeypatch.context() as outage:
        outage.setattr(workbench.providers, "generate", broken)
        run = start(text=SHORT)
        work_off(run)
    assert (run.status, run.error) == ("failed", "The music service is down.")
    assert run.video.status == VideoStatus.FAILED
    before = keys()
    retry_run(run, actor=alice)
    work_off(run)
    assert run.status == "done"
    assert made_since(before)["voice"] == 0


@pytest.mark.spec("GEN-10", "JOB-04")
def test_a_cancelled_run_keeps_what_it_has_and_goes_on_later(start: Start, work_off: WorkOff, alice):
    run = start(text=SHORT)
    cancel_run(run, actor=alice)
    assert work_off(run) == []
    assert run.status == "cancelled"
    assert set(Job.objects.filter(subject_id=str(run.pk)).values_list("status", flat=True)) == {
        JobStatus.CANCELLED
    }
    with pytest.raises(CreationError, match="not being made"):
        cancel_run(run, actor=alice)
    retry_run(run, actor=alice)
    work_off(run)
    assert run.status == "done"


def test_a_full_disk_postpones_the_step_without_costing_an_attempt(
    start: Start, work_off: WorkOff, monkeypatch: pytest.MonkeyPatch
):
    def full(*args, **kwargs):
        raise DiskFull("no room")

    with monkeypatch.context() as no_room:
        no_room.setattr(making, "keep_file", full)
        run = start(text=SHORT, formats=["1x1"])
        for _ in range(3):
            work_off(run)
    job = Job.objects.filter(subject_id=str(run.pk), status=JobStatus.SCHEDULED).first()
    assert (run.status, job.attempts, job.error) == ("running", 0, making.NO_ROOM)
    Job.objects.filter(status=JobStatus.SCHEDULED).update(status=JobStatus.QUEUED)
    work_off(run)
    assert run.status == "done"


@pytest.mark.spec("GEN-19")
def test_limits_are_told_before_and_hold(start: Start, team, settings):
    settings.RUNS_AT_ONCE = 1
    start()
    assert "in the making" in runs.allowance(team).reason
    with pytest.raises(CreationError, match="Wait for one to end"):
        start(text="Something else entirely. It has two sentences.")
    assert Run.objects.count() == 1


def test_advance_may_be_called_any_number_of_times(start: Start):
    run = start()
    jobs = Job.objects.count()
    for _ in range(3):
        making.advance(run.pk)
    assert (Job.objects.count(), Step.objects.filter(run=run).count()) == (jobs, 1)


def test_scenes_can_not_be_edited_before_there_is_a_script(start: Start, alice):
    run = start()
    scene = Scene(run=run, team=run.team)
    with pytest.raises(CreationError, match="still being written"):
        editing.edit_scene(scene, actor=alice, narration="x")
