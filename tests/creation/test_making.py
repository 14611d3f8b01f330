"""A run from its text to its files, and again after changes: what is made, what is taken, what fails and goes on."""

from collections import Counter
from collections.abc import Callable

import pytest

from apps.core.http import Unavailable
from apps.creation.errors import CreationError
from apps.creation.models import Run, Scene, Step, StepResult
from apps.creation.services import editing, making, runs
from apps.creation.services.runs import cancel_run, retry_run
from apps.creation.steps import workbench
from apps.jobs.models import Job, JobStatus
from apps.library.models import AssetKind, Video, VideoStatus
from apps.media.errors import DiskFull
from apps.media.probe import probe
from apps.media.sound import measure
from apps.providers.capabilities import Capability

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("small_frames", "quick_sounds"),
]

Start = Callable[..., Run]
WorkOff = Callable[[Run], list[str]]


def made_since(before: set[str]) -> Counter[str]:
    """How many results of each kind were made since."""
    return Counter(StepResult.objects.exclude(key__in=before).values_list("kind", flat=True))


def keys() -> set[str]:
    return set(StepResult.objects.values_list("key", flat=True))


@pytest.fixture
def finished(start: Start, work_off: WorkOff) -> Run:
    """A finished run with hard cuts in one format."""
    run = start(look={"transition": "cut", "transition_s": 0})
    work_off(run)
    assert run.status == "done", run.error
    return run


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


@pytest.mark.spec("GEN-09", "LIB-09")
def test_the_same_run_again_makes_nothing(finished: Run, start: Start, work_off: WorkOff):
    before = keys()
    again = start(look={"transition": "cut", "transition_s": 0})
    assert work_off(again) == []
    assert (again.status, keys() - before) == ("done", set())
    assert set(again.steps.values_list("reused", flat=True)) == {True}
    files = {asset.file_id for asset in again.video.assets.filter(kind=AssetKind.RENDITION)}
    assert files == {asset.file_id for asset in finished.video.assets.filter(kind=AssetKind.RENDITION)}


@pytest.mark.spec("GEN-09")
def test_a_corrected_caption_word_costs_one_segment(finished: Run, alice, work_off: WorkOff):
    before, scene = keys(), finished.scenes.all()[1]
    words = scene.narration.split()
    words[0] = words[0].upper() + "!"
    editing.edit_scene(scene, actor=alice, caption=" ".join(words))
    work_off(finished)
    assert finished.status == "done"
    assert made_since(before) == {"moderation": 1, "segment": 1, "captions": 1, "join": 1}


@pytest.mark.spec("GEN-09")
def test_other_words_cost_one_voice_and_what_hangs_on_it(finished: Run, alice, work_off: WorkOff):
    before, scene = keys(), finished.scenes.all()[1]
    editing.edit_scene(scene, actor=alice, narration=scene.narration + " Really.")
    work_off(finished)
    expected = {"moderation": 1, "voice": 1, "segment": 1, "captions": 1, "sound": 1, "join": 1}
    assert made_since(before) == expected
    with finished.video.assets.get(kind=AssetKind.CAPTION, title="SRT").open() as file:
        assert "Really." in file.read().decode()


@pytest.mark.spec("GEN-06", "GEN-09")
def test_another_picture_costs_that_picture(finished: Run, alice, work_off: WorkOff):
    before, scene = keys(), finished.scenes.all()[1]
    editing.another_visual(scene, actor=alice)
    work_off(finished)
    made = made_since(before)
    assert made.pop("thumbnail", 1) == 1
    assert made == {"visual": 1, "segment": 1, "join": 1}


@pytest.mark.spec("GEN-09", "GEN-18")
def test_another_order_films_nothing_again(finished: Run, alice, work_off: WorkOff):
    before = keys()
    order = [scene.pk for scene in finished.scenes.all()]
    last_stays = [*order[:-1][::-1], order[-1]]
    editing.reorder_scenes(finished, order=last_stays, actor=alice)
    work_off(finished)
    made = made_since(before)
    assert made["voice"] == made["visual"] == made["music"] == 0
    assert [scene.pk for scene in finished.scenes.all()] == last_stays
    assert made["segment"] <= 2  # the first scene starts a little sooner than those that follow a transition


@pytest.mark.spec("GEN-09")
def test_another_caption_style_films_everything_but_speaks_nothing(finished: Run, alice, work_off: WorkOff):
    before = keys()
    editing.change_settings(finished, actor=alice, spec={"captions": {"style": "minimal"}})
    work_off(finished)
    assert made_since(before) == {"segment": finished.scenes.count(), "join": 1}


@pytest.mark.spec("GEN-08", "GEN-09")
def test_another_format_shares_voice_music_and_captions(finished: Run, alice, work_off: WorkOff):
    before = keys()
    editing.change_formats(finished, actor=alice, formats=["9x16", "1x1"])
    work_off(finished)
    assert made_since(before) == {"segment": finished.scenes.count(), "join": 1}
    formats = finished.video.assets.filter(kind=AssetKind.RENDITION).values_list("format", flat=True)
    assert sorted(formats) == ["1x1", "9x16"]


@pytest.mark.spec("GEN-04")
def test_scenes_are_added_and_removed(finished: Run, alice, work_off: WorkOff):
    first = finished.scenes.first()
    editing.add_scene(finished, after=first, narration="Honey never spoils.", actor=alice)
    work_off(finished)
    assert finished.scenes.all()[1].narration == "Honey never spoils."
    before = keys()
    editing.remove_scene(finished.scenes.all()[1], actor=alice)
    work_off(finished)
    assert finished.status == "done"
    assert made_since(before) == Counter()
    assert [scene.position for scene in finished.scenes.all()] == list(range(finished.scenes.count()))


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
        run = start()
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
    run = start()
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
        run = start(formats=["1x1"])
        for _ in range(3):
            work_off(run)
    job = Job.objects.filter(subject_id=str(run.pk), status=JobStatus.SCHEDULED).first()
    assert (run.status, job.attempts, job.error) == ("running", 0, making.NO_ROOM)
    Job.objects.filter(status=JobStatus.SCHEDULED).update(status=JobStatus.QUEUED)
    work_off(run)
    assert run.status == "done"


@pytest.mark.spec("GEN-11")
def test_a_scene_that_is_not_allowed_stops_before_it_is_spoken(finished: Run, alice, work_off: WorkOff):
    before, scene = keys(), finished.scenes.first()
    editing.edit_scene(scene, actor=alice, narration="You are a fucking idiot and I will kill you.")
    work_off(finished)
    assert finished.status == "failed"
    assert "stopped by the check" in finished.error
    assert made_since(before)["voice"] == 0


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


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"narration": "  "}, "narration"),
        ({"narration": "x" * 3000}, "narration"),
        ({"caption": "x " * 1500}, "caption"),
    ],
)
def test_bad_words_are_refused_beside_their_field(finished: Run, alice, changes, field):
    with pytest.raises(CreationError) as caught:
        editing.edit_scene(finished.scenes.first(), actor=alice, **changes)
    assert caught.value.field == field
    finished.refresh_from_db()
    assert finished.status == "done"
