"""Scenes are cut into segments that know nothing of their neighbours beyond a transition."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.media.captions import CaptionLook, CaptionPosition, CaptionStyle, Word
from apps.media.formats import Encoder, FormatName
from apps.media.graphics import PALETTES, Recipe
from apps.media.scenes import (
    CUT,
    Clip,
    Corner,
    Graphic,
    Look,
    Motion,
    Scene,
    Still,
    Title,
    Transition,
    TransitionName,
    Watermark,
    plan_segments,
    scene_starts,
    scenes_fitted,
    total_frames,
)
from tests.media.conftest import SMALL

FADE = Transition(TransitionName.FADE, 12)
LOOK = Look(CaptionLook(CaptionStyle.POP, PALETTES["midnight"]), sizes=SMALL)
GRAPHIC = Graphic(Recipe("waves", 1, PALETTES["midnight"]))

scenes_of_any_length = st.lists(
    st.builds(
        lambda frames, overlap: Scene(
            GRAPHIC, frames, transition=Transition(TransitionName.FADE, overlap) if overlap else CUT
        ),
        st.integers(1, 300),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=12,
)


def words(text: str, start_s: float = 0.5, each_s: float = 0.3) -> tuple[Word, ...]:
    return tuple(
        Word(word, start_s + number * each_s, start_s + (number + 1) * each_s)
        for number, word in enumerate(text.split())
    )


@given(scenes_of_any_length)
def test_segments_cover_the_timeline_for_any_scene_lengths(scenes: list[Scene]) -> None:
    segments = plan_segments(scenes, Look())

    assert sum(segment.frames for segment in segments) == total_frames(scenes)
    assert all(segment.frames > 0 for segment in segments)
    at = 0
    for segment in segments:
        assert at == scene_starts(scenes)[segment.scene] + segment.shots[0].first
        at += segment.frames


@given(scenes_of_any_length)
def test_segments_show_every_frame_of_every_scene_once(scenes: list[Scene]) -> None:
    fitted = scenes_fitted(scenes)
    shown: dict[int, list[int]] = {number: [] for number in range(len(scenes))}
    for segment in plan_segments(scenes, Look()):
        for offset, shot in enumerate(segment.shots):
            assert shot.scene == fitted[segment.scene + offset]
            shown[segment.scene + offset] += range(shot.first, shot.first + shot.frames)

    assert shown == {number: list(range(scene.frames)) for number, scene in enumerate(scenes)}


def test_plan_makes_bodies_and_transitions() -> None:
    scenes = [Scene(GRAPHIC, 100, transition=FADE), Scene(GRAPHIC, 60), Scene(GRAPHIC, 30, transition=FADE)]

    planned = [
        (segment.kind, segment.scene, segment.frames, segment.transition.name.value)
        for segment in plan_segments(scenes, LOOK)
    ]

    assert planned == [
        ("body", 0, 88, "cut"),
        ("transition", 0, 12, "fade"),
        ("body", 1, 48, "cut"),
        ("body", 2, 30, "cut"),
    ]
    assert (scene_starts(scenes), total_frames(scenes)) == ((0, 88, 148), 178)


def test_transition_longer_than_half_a_scene_is_shortened_and_below_two_frames_cut() -> None:
    scenes = [Scene(GRAPHIC, 100, transition=FADE), Scene(GRAPHIC, 10, transition=FADE), Scene(GRAPHIC, 3)]

    assert [scene.transition.frames for scene in scenes_fitted(scenes)] == [5, 0, 0]


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Transition(TransitionName.FADE, 0),
        lambda: Transition(TransitionName.CUT, 3),
        lambda: Transition(TransitionName.FADE, -1),
        lambda: Scene(GRAPHIC, 0),
    ],
)
def test_impossible_transitions_and_scenes_are_refused(bad) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError):
        bad()


def keys(scenes: list[Scene], look: Look = LOOK, name: FormatName = FormatName.VERTICAL) -> list[str]:
    return [json.dumps(segment.key_parts(name), sort_keys=True) for segment in plan_segments(scenes, look)]


def changed(before: list[str], after: list[str]) -> list[int]:
    return [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]


@pytest.fixture
def three(clip: Path, photo: Path) -> list[Scene]:
    """Segments: 0 body, 1 transition, 2 body, 3 transition, 4 body."""
    return [
        Scene(Clip(clip), 90, words("this is the first scene"), FADE),
        Scene(Still(photo), 90, words("and the second one"), FADE),
        Scene(GRAPHIC, 90, words("third and last")),
    ]


@pytest.mark.spec("GEN-09")
def test_changed_caption_word_changes_the_body_of_its_scene_alone(three: list[Scene]) -> None:
    edited = [three[0], replace(three[1], words=words("and the other one")), three[2]]

    assert changed(keys(three), keys(edited)) == [2]


@pytest.mark.spec("GEN-09")
def test_longer_first_scene_leaves_the_segments_of_the_others(three: list[Scene]) -> None:
    longer = [replace(three[0], frames=150), *three[1:]]

    assert changed(keys(three), keys(longer)) == [0, 1]


@pytest.mark.spec("GEN-09")
def test_other_source_changes_its_body_and_both_transitions(three: list[Scene]) -> None:
    other = [three[0], replace(three[1], source=GRAPHIC), three[2]]

    assert changed(keys(three), keys(other)) == [1, 2, 3]


def test_scenes_in_another_order_keep_their_bodies(three: list[Scene]) -> None:
    def bodies(scenes: list[Scene]) -> set[str]:
        segments = plan_segments([replace(scene, transition=CUT) for scene in scenes], LOOK)
        return {json.dumps(segment.key_parts(FormatName.WIDE), sort_keys=True) for segment in segments}

    assert bodies(three) == bodies(three[::-1])
    assert len(bodies(three)) == 3


def test_title_changes_the_segments_in_which_it_is_seen(three: list[Scene]) -> None:
    short = [replace(three[0], title=Title("The hook", 2.0)), *three[1:]]
    lasting = [replace(three[0], title=Title("The hook", 3.0)), *three[1:]]

    assert (changed(keys(three), keys(short)), changed(keys(three), keys(lasting))) == ([0], [0, 1])


@pytest.mark.parametrize(
    "look",
    [
        replace(LOOK, fps=25),
        replace(LOOK, encoder=Encoder(crf=30)),
        replace(LOOK, captions=None),
        replace(LOOK, captions=CaptionLook(CaptionStyle.MINIMAL, PALETTES["midnight"])),
        replace(LOOK, captions=CaptionLook(CaptionStyle.POP, PALETTES["ember"])),
        replace(LOOK, captions=CaptionLook(CaptionStyle.POP, PALETTES["midnight"], CaptionPosition.TOP)),
        replace(LOOK, captions=CaptionLook(CaptionStyle.POP, PALETTES["midnight"], scale=1.2)),
    ],
)
def test_changed_look_changes_every_body(three: list[Scene], look: Look) -> None:
    assert {0, 2, 4} <= set(changed(keys(three), keys(three, look)))


def test_watermark_changes_only_the_segments_that_carry_it(three: list[Scene], photo: Path) -> None:
    look = replace(LOOK, watermark=Watermark(photo))
    moved = replace(LOOK, watermark=Watermark(photo, Corner.BOTTOM_LEFT))
    scenes = [three[0], three[1], replace(three[2], watermarked=False)]

    assert changed(keys(scenes), keys(scenes, look)) == [0, 1, 2, 3]
    assert changed(keys(scenes, look), keys(scenes, moved)) == [0, 1, 2, 3]


def test_format_motion_and_start_of_the_clip_are_part_of_the_key(
    three: list[Scene], clip: Path, photo: Path
) -> None:
    assert changed(keys(three), keys(three, name=FormatName.WIDE)) == [0, 1, 2, 3, 4]
    later = [replace(three[0], source=Clip(clip, 0.5)), *three[1:]]
    assert changed(keys(three), keys(later)) == [0, 1]
    still = [three[0], replace(three[1], source=Still(photo, Motion.PAN_LEFT)), three[2]]
    assert changed(keys(three), keys(still)) == [1, 2, 3]


def test_key_follows_the_content_of_a_file_and_not_its_name(
    three: list[Scene], clip: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(clip.read_bytes())
    same = [replace(three[0], source=Clip(copy)), *three[1:]]
    assert changed(keys(three), keys(same)) == []

    copy.write_bytes(clip.read_bytes() + b"more")
    assert changed(keys(three), keys(same)) == [0, 1]


def test_number_of_threads_is_no_part_of_the_key(three: list[Scene]) -> None:
    assert keys(three, replace(LOOK, encoder=Encoder(threads=2))) == keys(three)


def test_captions_of_the_old_scene_go_when_those_of_the_new_one_come() -> None:
    leaving = Scene(GRAPHIC, 60, words("still here", 1.0, 0.5), FADE)
    coming = Scene(GRAPHIC, 60, words("already there", 0.2))
    transition = plan_segments([leaving, coming], LOOK)[1]

    events = transition.events(SMALL[FormatName.VERTICAL])

    old = [
        event
        for event in events
        if "still" in event.text or ("here" in event.text and "there" not in event.text)
    ]
    new = [event for event in events if event not in old]
    assert old
    assert new
    assert max(event.last for event in old) <= min(event.first for event in new) == 48 + 6
