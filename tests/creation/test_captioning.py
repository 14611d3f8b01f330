"""Captions of made videos: a mended word goes back to its scene, and only that scene is filmed again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.creation.errors import CreationError
from apps.creation.models import StepResult
from apps.creation.services.captioning import mend_words
from apps.events.models import Event
from apps.jobs.models import Job
from apps.library.models import AssetKind
from apps.library.services import save_captions
from apps.library.services.captions import read_captions
from apps.library.subscriptions import picture_timeline
from apps.library.transcript import Cue
from apps.teams.models import Team
from tests.creation.conjuring import conjure, finished

pytestmark = pytest.mark.django_db


@pytest.mark.spec("LIB-07", "GEN-09")
def test_mended_word_costs_its_scene_alone(team: Team, bob: Any) -> None:
    run = finished(team)
    before = set(StepResult.objects.values_list("key", flat=True))
    mend_words(run, {1: "The DANCE was understood in 1927 by Karl von Frisch."}, actor=bob)
    run = conjure(run)
    assert run.status == "done"
    captions = [scene.caption for scene in run.scenes.all()]
    assert captions == ["", "The DANCE was understood in 1927 by Karl von Frisch.", ""]
    made = StepResult.objects.exclude(key__in=before).values_list("kind", flat=True)
    assert sorted(made) == ["captions", "join", "moderation", "segment"]


def test_words_that_move_over_a_cue_stay_with_their_scenes(team: Team, bob: Any) -> None:
    run = finished(team)
    mend_words(run, {0: "Bees really dance to tell each other.", 2: "Others follow."}, actor=bob)
    captions = [scene.caption for scene in run.scenes.all()]
    assert captions == ["Bees really dance to tell each other.", "", "Others follow."]


def test_words_as_they_are_spoken_are_no_other_words(team: Team, bob: Any) -> None:
    run = finished(team)
    narration = run.scenes.all()[0].narration
    mend_words(run, {0: "Something else."}, actor=bob)
    mend_words(conjure(run), {0: narration}, actor=bob)
    assert run.scenes.all()[0].caption == ""


def test_scene_keeps_a_word(team: Team, bob: Any) -> None:
    run = finished(team)
    with pytest.raises(CreationError, match="needs at least one word on screen"):
        mend_words(run, {0: " "}, actor=bob)
    assert run.scenes.all()[0].caption == ""


def test_video_in_the_making_waits(team: Team, bob: Any) -> None:
    run = finished(team)
    mend_words(run, {0: "Changed."}, actor=bob)
    with pytest.raises(CreationError, match="is being made"):
        mend_words(run, {0: "Changed again."}, actor=bob)


def test_captions_in_other_languages_outlive_a_new_making(team: Team, bob: Any) -> None:
    run = finished(team)
    save_captions(run.video, language="de", cues=[Cue(0, 1, "Bienen tanzen.")], mark="", actor=bob)
    mend_words(run, {0: "Changed."}, actor=bob)
    conjure(run)
    assert read_captions(run.video, "de").cues == [Cue(0, 1, "Bienen tanzen.")]
    captions = run.video.assets.filter(kind=AssetKind.CAPTION).values_list("language", flat=True)
    assert sorted(captions) == ["de", "de", "en", "en"]


@pytest.mark.spec("LIB-07")
def test_editor_mends_words_of_a_script_and_leaves_its_times(
    bob_client: Client, team: Team, monkeypatch: Any
) -> None:
    run = finished(team)
    cues = [Cue(0, 2, "Bees dance."), Cue(2, 4, "Flowers wait.")]
    monkeypatch.setattr(
        "apps.library.services.captions.read_cues", lambda text, keep_lines: cues
    )  # conjured files hold no words
    where = reverse("library:captions", args=[team.slug, run.video.pk])
    page = bob_client.get(where)
    assert page.context["scripted"]
    assert 'name="start"' not in page.content.decode()
    sent = {
        "language": "en",
        "mark": page.context["draft"].kept.mark,
        "first": "0",
        "count": "2",
        "do": "save",
    }
    texts = ["Bees dance a lot.", "Flowers wait."]
    answer = bob_client.post(where, {**sent, "text": texts, "start": ["9", "10"], "end": ["10", "11"]})
    assert answer.status_code == 302
    assert run.scenes.all()[0].caption == "Bees dance a lot."


@pytest.mark.spec("TRC-03")
def test_made_video_is_pictured(team: Team) -> None:
    run = finished(team)
    for event in Event.objects.filter(type="video.ready"):
        picture_timeline(event)
        picture_timeline(event)
    jobs = Job.objects.filter(kind="library.picture_made")
    assert [(job.args, job.subject_id) for job in jobs] == [
        ({"video_id": str(run.video.pk)}, str(run.video.pk))
    ]
