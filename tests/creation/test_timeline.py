"""From spoken scenes to frames."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.creation.services.templates import system_templates
from apps.creation.template_spec import TemplateSpec, read_spec
from apps.creation.timeline import (
    FPS,
    Spoken,
    Take,
    lay_out,
    scene_from_json,
    scene_to_json,
    shown_words,
)
from apps.media import scenes as media
from apps.media.captions import Word
from apps.media.graphics import PALETTES, Recipe

RECIPE = Recipe("aurora", 1, PALETTES["neon"])


def spec(**look: object) -> TemplateSpec:
    shipped = next(template for template in system_templates() if template["slug"] == "educational-explainer")
    return read_spec(shipped["spec"] | {"look": shipped["spec"]["look"] | look})


def take(seconds: float, *texts: str) -> Take:
    step = seconds / max(1, len(texts))
    words = tuple(Word(text, i * step, (i + 1) * step) for i, text in enumerate(texts))
    return Take(media.Graphic(RECIPE), None, Spoken("file", "sha", seconds, words))


@pytest.mark.spec("GEN-08")
def test_all_words_keep_their_order_and_lie_within_the_video():
    takes = [take(2.0, "one", "two"), take(3.5, "three"), take(1.2, "four", "five")]
    timeline = lay_out(takes, spec(), None)
    assert [word.text for word in timeline.words] == ["one", "two", "three", "four", "five"]
    times = [time for word in timeline.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[-1] <= timeline.duration_s


@pytest.mark.spec("GEN-09")
@given(
    seconds=st.lists(st.floats(0.4, 9.0), min_size=2, max_size=7),
    data=st.data(),
)
def test_a_change_of_one_scene_leaves_the_segments_of_the_others_as_they_are(seconds, data):
    place = data.draw(st.integers(0, len(seconds) - 1))
    changed = [*seconds]
    changed[place] = seconds[place] + 1.3
    free = spec(transition="fade", transition_s=0.4)
    before = lay_out([take(30 + s, "word") for s in seconds], free, None)
    after = lay_out([take(30 + s, "word") for s in changed], free, None)
    same = [i for i in range(len(seconds)) if before.scenes[i] == after.scenes[i]]
    assert same == [i for i in range(len(seconds)) if i != place]


def test_voices_start_with_their_words():
    timeline = lay_out([take(2.0, "a"), take(2.0, "b")], spec(), None)
    assert [voice.at_s for voice in timeline.voices] == pytest.approx(
        [word.start_s for word in timeline.words]
    )


def test_the_last_scene_is_held_until_the_shortest_length_but_not_for_long():
    short = spec()
    timeline = lay_out([take(26.0, "a"), take(2.0, "b")], short, None)
    assert timeline.duration_s >= short.structure.min_s
    assert lay_out([take(2.0, "a")], short, None).duration_s < 2.0 + 5.0


def test_cuts_need_no_frames_of_both_scenes():
    timeline = lay_out([take(20.0, "a"), take(20.0, "b")], spec(transition="cut"), None)
    assert timeline.frames == sum(scene.frames for scene in timeline.scenes)


def test_a_clip_without_voice_has_its_own_length():
    intro = Take(media.Clip(Path("sha"), 0.0, "sha"), "file", clip_s=3.0, watermarked=False)
    timeline = lay_out([intro, take(40.0, "a")], spec(transition="cut"), None)
    assert timeline.scenes[0].frames == 3 * FPS
    assert timeline.words[0].start_s > 3.0


def test_a_timeline_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one scene"):
        lay_out([], spec(), None)


WORDS = (Word("Helo", 0.0, 0.4), Word("world", 0.5, 1.0))


@pytest.mark.parametrize(
    ("caption", "texts"),
    [
        ("", ["Helo", "world"]),
        ("Hello world", ["Hello", "world"]),
        ("Hello my dear world", ["Hello", "my", "dear", "world"]),
        ("Hi", ["Hi"]),
    ],
)
def test_shown_words_take_the_caption_in_the_time_of_the_voice(caption, texts):
    shown = shown_words(WORDS, caption)
    assert [word.text for word in shown] == texts
    assert shown[0].start_s == 0.0
    assert shown[-1].end_s == pytest.approx(1.0)


def test_a_corrected_word_keeps_its_own_time():
    assert shown_words(WORDS, "Hello world") == (Word("Hello", 0.0, 0.4), Word("world", 0.5, 1.0))


def test_a_scene_survives_json():
    scene = lay_out([take(2.0, "a", "b")], spec(), None).scenes[0]
    assert scene_from_json(scene_to_json(scene, None), None) == scene
    still = media.Scene(
        media.Still(Path("x.png"), media.Motion.PAN_LEFT, "abc"), 90, title=media.Title("Hook")
    )
    assert scene_from_json(scene_to_json(still, "file-id"), Path("x.png")) == still
