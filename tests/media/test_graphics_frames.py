"""Frames of motion graphics: any size, any start, the same pixels; calm where captions stand; true colours."""

import io
import subprocess
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from apps.media.binaries import ffmpeg_path
from apps.media.formats import FRAME_SIZES
from apps.media.graphics import (
    FAMILIES,
    LOOP_S,
    PALETTES,
    Recipe,
    UnknownFamily,
    frame_input,
    picture,
    poster,
    render_frames,
)
from apps.media.graphics.palettes import luminance

WORDS = ("73%", "Focus", "now")
BACKGROUNDS = sorted(name for name, family in FAMILIES.items() if family.needs == "nothing")


def recipe(family: str, seed: int = 3, palette: str = "midnight", words: tuple[str, ...] = WORDS) -> Recipe:
    return Recipe(family, seed, PALETTES[palette], words, 0.5, 5.0)


def copies(frames: Iterable[memoryview]) -> list[bytes]:
    return [bytes(frame) for frame in frames]


def luma(frame: bytes | memoryview, width: int, height: int) -> npt.NDArray[np.int16]:
    return np.frombuffer(frame, np.uint8)[: width * height].reshape(height, width).astype(np.int16)


@pytest.mark.spec("GEN-06")
@pytest.mark.parametrize("family", FAMILIES)
def test_frames_fill_every_format(family: str) -> None:
    for size in FRAME_SIZES.values():
        width, height = size.width // 4 * 2, size.height // 4 * 2
        frames = copies(render_frames(recipe(family), width, height, 30, 45, 1))
        assert [len(frame) for frame in frames] == [width * height * 3 // 2]
        shown = luma(frames[0], width, height)
        assert shown.min() >= 16
        assert shown.max() <= 235
        assert shown.std() > 2


@pytest.mark.parametrize("family", FAMILIES)
def test_frame_is_the_same_wherever_the_rendering_starts(family: str) -> None:
    whole = copies(render_frames(recipe(family), 180, 320, 30, 0, 40))
    assert copies(render_frames(recipe(family), 180, 320, 30, 31, 9)) == whole[31:]


@pytest.mark.parametrize("family", FAMILIES)
def test_frames_move_gently(family: str) -> None:
    """Two seconds apart they differ; from one to the next the picture changes by little."""
    first, following = (
        luma(frame, 270, 480) for frame in copies(render_frames(recipe(family), 270, 480, 30, 75, 2))
    )
    later = luma(next(iter(render_frames(recipe(family), 270, 480, 30, 135, 1))), 270, 480)
    assert np.abs(later - first).mean() > 0.05
    assert np.abs(following - first).mean() < 3.0


@pytest.mark.parametrize("family", BACKGROUNDS)
def test_background_repeats_without_a_seam(family: str) -> None:
    fps = 30
    last = int(LOOP_S * fps)
    start, again = (next(iter(render_frames(recipe(family), 180, 320, fps, frame, 1))) for frame in (0, last))
    assert np.abs(luma(start, 180, 320) - luma(again, 180, 320)).max() <= 1


@pytest.mark.parametrize("family", FAMILIES)
def test_seed_and_palette_make_other_pictures(family: str) -> None:
    given = [
        recipe(family, seed, palette, ("1,200 people",))
        for seed in (1, 2)
        for palette in ("midnight", "paper")
    ]
    assert len({picture(one, 180, 320, 2.0).tobytes() for one in given}) == 4


@pytest.mark.parametrize("family", ["big_word", "figure"])
def test_words_are_shown(family: str) -> None:
    without = picture(recipe(family, words=()), 270, 480, 2.0).astype(int)
    shown = picture(recipe(family), 270, 480, 2.0).astype(int)
    assert (np.abs(shown - without).max(axis=2) > 60).mean() > 0.02


@pytest.mark.parametrize("words", [("النمو",), ("東京の未来",), ("성장",), ("वृद्धि",), ("צמיחה",)], ids=str)
def test_words_of_other_scripts_are_drawn_with_their_own_letters(words: tuple[str, ...]) -> None:
    """Another word of the same script and length makes other pixels: nothing is drawn as empty boxes."""
    turned = (words[0][::-1],)
    shown, other, without = (
        picture(recipe("big_word", seed=1, words=some), 270, 480, 2.0).astype(int)
        for some in (words, turned, ())
    )
    assert (np.abs(shown - without).max(axis=2) > 60).mean() > 0.01
    assert (np.abs(shown - other).max(axis=2) > 60).mean() > 0.002


def test_words_without_a_font_leave_the_ground_alone() -> None:
    ground = picture(recipe("big_word", words=()), 180, 320, 2.0)
    assert np.array_equal(picture(recipe("big_word", words=("𐎀𐎁𐎂", "🔥", "\x00")), 180, 320, 2.0), ground)


@pytest.mark.parametrize("family", FAMILIES)
def test_captions_can_be_read_over_every_palette(family: str) -> None:
    for palette in PALETTES.values():
        for (width, height), (top, foot) in (((270, 480), (0.64, 0.82)), ((480, 270), (0.74, 0.92))):
            shown = picture(recipe(family, palette=palette.name), width, height, 2.0) / 255
            linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
            zone = (linear @ [0.2126, 0.7152, 0.0722])[int(height * top) : int(height * foot)]
            ink = luminance(palette.foreground)
            worst = np.percentile(zone, 90) if palette.is_dark else np.percentile(zone, 10)
            assert (max(ink, worst) + 0.05) / (min(ink, worst) + 0.05) >= 4.0, palette.name


def test_colours_are_those_that_ffmpeg_shows() -> None:
    """Range and matrix agree: what FFmpeg decodes is the picture in RGB, but for rounding and chroma's half size."""
    given = recipe("silk", palette="sunset")
    command = [
        ffmpeg_path(),
        "-v",
        "error",
        *frame_input(320, 180, 30),
        "-i",
        "-",
        "-vf",
        "scale=in_color_matrix=bt709:in_range=tv:flags=bilinear+accurate_rnd+full_chroma_int",
        "-pix_fmt",
        "rgb24",
        "-f",
        "rawvideo",
        "-",
    ]
    decoded = subprocess.run(
        command, input=b"".join(render_frames(given, 320, 180, 30, 60, 1)), capture_output=True, check=True
    ).stdout
    shown = np.frombuffer(decoded, np.uint8).reshape(180, 320, 3).astype(int)
    difference = np.abs(shown - picture(given, 320, 180, 2.0).astype(int))
    assert difference.mean() < 1.5
    assert np.percentile(difference, 99) <= 6


def test_gradients_are_dithered() -> None:
    """A slow gradient has no flat steps: neighbours differ by a code value here and there, all over it."""
    shown = luma(next(iter(render_frames(recipe("figure", words=()), 540, 960, 30, 30, 1))), 540, 960)
    steps = np.abs(np.diff(shown[650:950], axis=1))
    assert steps.max() <= 3
    assert 0.1 < (steps > 0).mean() < 0.8


@pytest.mark.parametrize("size", [(270, 480), (271, 481), (64, 36)])
def test_poster_is_a_picture_of_that_size(size: tuple[int, int]) -> None:
    for file_format in ("png", "jpeg"):
        image = Image.open(io.BytesIO(poster(recipe("bokeh"), *size, file_format)))
        assert (image.size, image.format) == (size, file_format.upper())


def test_poster_shows_the_frame_at_two_fifths() -> None:
    given = recipe("figure")
    shown = np.asarray(Image.open(io.BytesIO(poster(given, 270, 480))))
    assert np.array_equal(shown, picture(given, 270, 480, 2.0))


def test_unknown_family_is_told_before_the_first_frame() -> None:
    with pytest.raises(UnknownFamily, match="“confetti”; there are contours, "):
        render_frames(recipe("confetti"), 180, 320, 30, 0, 1)


@pytest.mark.parametrize("size", [(181, 320), (180, 321), (0, 320)])
def test_odd_sizes_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="even"):
        render_frames(recipe("bokeh"), *size, 30, 0, 1)
