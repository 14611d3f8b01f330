"""Single pictures of videos, sources and scenes."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.media.captions import CaptionLook, CaptionStyle, Word
from apps.media.errors import NotMedia
from apps.media.formats import FormatName, FrameSize
from apps.media.graphics import PALETTES, Recipe
from apps.media.scenes import Clip, Graphic, Look, Scene, Still
from apps.media.stills import frame_at, still_of_scene, still_of_source
from tests.media.conftest import SMALL, Make, ffmpeg


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def frame_number(data: bytes) -> int:
    """Of the counting clip: its luma counts, which a PNG holds in full range."""
    return round((np.asarray(picture(data).convert("L")).mean() * 219 / 255 + 16 - 40) / 6)


def test_frame_at_is_the_frame_of_that_time(counting: Make) -> None:
    shown = [frame_number(frame_at(counting(), t_s, kind="png")) for t_s in (0, 0.5, 1.0, 2.9, 99, -1)]

    assert shown == [0, 15, 30, 87 % 32, 89 % 32, 0]


@pytest.mark.parametrize(("kind", "expected"), [("jpeg", "JPEG"), ("png", "PNG")])
def test_frame_at_covers_the_size_that_is_asked_for(clip: Path, kind: str, expected: str) -> None:
    made = picture(frame_at(clip, 1.0, FrameSize(64, 120), kind=kind))  # type: ignore[arg-type]

    assert (made.size, made.format) == ((64, 120), expected)


def test_frame_at_turns_a_rotated_clip_upright(clip: Path, tmp_path: Path) -> None:
    ffmpeg("-display_rotation", "90", "-i", clip, "-c", "copy", tmp_path / "rotated.mp4")

    assert picture(frame_at(tmp_path / "rotated.mp4", 1.0)).size == (90, 160)


def test_frame_at_of_sound_is_refused(speech: Path) -> None:
    with pytest.raises(NotMedia, match="no picture in this file"):
        frame_at(speech, 0)


@pytest.mark.spec("GEN-06")
@pytest.mark.parametrize("name", list(FormatName))
def test_still_of_each_kind_of_source_has_the_shape_of_the_format(
    clip: Path, photo: Path, name: FormatName
) -> None:
    sources = [Clip(clip, 1.0), Still(photo), Graphic(Recipe("waves", 1, PALETTES["midnight"]))]
    width, height = {"9x16": (540, 960), "16x9": (960, 540), "1x1": (540, 540), "4x5": (540, 674)}[name]

    made = [picture(still_of_source(source, name)) for source in sources]

    assert [(image.size, image.format) for image in made] == [((width, height), "JPEG")] * 3
    assert all(np.asarray(image).std() > 3 for image in made)


def test_still_of_a_scene_has_its_captions(photo: Path) -> None:
    scene = Scene(Still(photo), 90, (Word("Hello", 0.5, 1.0),))
    bare = Look(sizes=SMALL)
    captioned = Look(CaptionLook(CaptionStyle.POP, PALETTES["midnight"]), sizes=SMALL)

    with_words = np.asarray(picture(still_of_scene(scene, captioned, FormatName.VERTICAL))).astype(int)
    without = np.asarray(picture(still_of_scene(scene, bare, FormatName.VERTICAL))).astype(int)
    early = np.asarray(picture(still_of_scene(scene, captioned, FormatName.VERTICAL, at_s=0.1))).astype(int)

    assert with_words.shape == (160, 90, 3)
    rows = np.abs(with_words - without).mean(axis=(1, 2))
    assert rows[100:130].max() > 20
    assert rows[:90].max() < 2
    assert np.abs(early[100:130] - without[100:130]).mean() < 6
