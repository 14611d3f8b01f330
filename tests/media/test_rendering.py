"""Segments are rendered to the frame, in all formats at once, and joined without a seam."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from apps.media.captions import CaptionLook, CaptionStyle, Word
from apps.media.errors import FFmpegCancelled, FFmpegFailed, NotMedia
from apps.media.formats import Encoder, FormatName, FrameSize
from apps.media.graphics import PALETTES, Recipe
from apps.media.probe import probe
from apps.media.scenes import (
    CUT,
    Clip,
    Graphic,
    Look,
    Motion,
    Scene,
    Segment,
    Still,
    Title,
    Transition,
    TransitionName,
    Watermark,
    join,
    plan_segments,
    render_segment,
    render_segments,
    total_frames,
)
from apps.media.scenes.model import Shot
from tests.media.conftest import SMALL, Make, brightness, ffmpeg, frames_of

VERTICAL, WIDE, SQUARE = FormatName.VERTICAL, FormatName.WIDE, FormatName.SQUARE
PLAIN = Look(sizes=SMALL, encoder=Encoder("ultrafast", 10))
GRAPHIC = Graphic(Recipe("waves", 1, PALETTES["midnight"]))


def make(
    scenes: list[Scene], look: Look, folder: Path, name: FormatName = WIDE, audio: Path | None = None
) -> Path:
    """The whole picture of the scenes in one format."""
    work = [
        (segment, {name: folder / f"{number}.mp4"})
        for number, segment in enumerate(plan_segments(scenes, look))
    ]
    render_segments(work)
    join(
        [(files[name], segment.frames) for segment, files in work], audio, folder / "whole.mp4", fps=look.fps
    )
    return folder / "whole.mp4"


def numbers(path: Path) -> list[int]:
    """Which frame of the counting clip each frame shows (mod 32)."""
    return [round((luma - 40) / 6) for luma in brightness(path)]


@pytest.mark.spec("GEN-08")
def test_all_formats_of_a_segment_come_from_one_ffmpeg_process(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        "apps.media.process.subprocess.Popen", lambda *a, **k: started.append(a) or popen(*a, **k)
    )
    segment = plan_segments([Scene(Clip(clip), 40)], PLAIN)[0]

    render_segment(segment, {name: tmp_path / f"{name}.mp4" for name in SMALL})

    assert len([command for command in started if "ffprobe" not in str(command)]) == 1
    sizes = {}
    for name in SMALL:
        video = probe(tmp_path / f"{name}.mp4").video
        assert video is not None
        sizes[name] = (
            FrameSize(video.width, video.height),
            video.frames,
            video.fps,
            video.codec,
            video.pix_fmt,
        )
    assert sizes == {name: (size, 40, 30.0, "h264", "yuv420p") for name, size in SMALL.items()}


@pytest.mark.parametrize("transition", [CUT, Transition(TransitionName.FADE, 7)])
def test_joined_file_has_every_frame_at_its_time(
    counting: Make, tmp_path: Path, transition: Transition
) -> None:
    scenes = [
        Scene(Clip(counting(), 0.3 * number), 31 + number, transition=transition) for number in range(5)
    ]

    whole = make(scenes, PLAIN, tmp_path)

    done = subprocess.run(
        [
            os.environ.get("FFPROBE") or _ffprobe(),
            "-v",
            "error",
            "-select_streams",
            "v:0",
            "-show_entries",
            "packet=pts,flags:stream=time_base",
            "-of",
            "csv=p=0",
            whole,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    times = sorted(int(line.split(",")[0]) for line in done.stdout.splitlines() if "," in line)
    assert times == [number * 1000 for number in range(total_frames(scenes))]
    assert len(brightness(whole)) == total_frames(scenes)


@pytest.mark.parametrize(
    ("rate", "suffix", "extra"),
    [
        (30, "mp4", ""),
        (24, "mp4", ""),
        (25, "mkv", ""),
        (60, "mp4", ""),
        (50, "mp4", ""),
        (24, "ts", ""),
        (30, "mp4", "select='lt(mod(n,40),3)+gt(mod(n,7),4)'"),
    ],
)
def test_clip_goes_on_from_one_segment_to_the_next(
    counting: Make, tmp_path: Path, rate: int, suffix: str, extra: str
) -> None:
    source = Clip(counting(fps=rate, suffix=suffix, extra=extra))
    scene = Scene(source, 84)
    render_segment(Segment((Shot(scene, 0, 84),), PLAIN, 0), {WIDE: tmp_path / "whole.mp4"})
    whole = numbers(tmp_path / "whole.mp4")

    for first, count in ((1, 20), (37, 20), (50, 34)):
        render_segment(Segment((Shot(scene, first, count),), PLAIN, 0), {WIDE: tmp_path / "part.mp4"})
        assert numbers(tmp_path / "part.mp4") == whole[first : first + count]


def test_clip_at_our_rate_is_shown_frame_by_frame(counting: Make, tmp_path: Path) -> None:
    whole = make([Scene(Clip(counting(), 0.5), 60)], PLAIN, tmp_path)

    assert numbers(whole) == [(15 + number) % 32 for number in range(60)]


@pytest.mark.parametrize(("seconds", "frames"), [(3.0, 200), (0.5, 100)])
def test_clip_that_is_too_short_starts_again(
    counting: Make, tmp_path: Path, seconds: float, frames: int
) -> None:
    whole = make([Scene(Clip(counting(seconds=seconds)), frames)], PLAIN, tmp_path)

    assert numbers(whole) == [number % round(seconds * 30) % 32 for number in range(frames)]


def test_fade_goes_from_one_scene_to_the_other(tmp_path: Path) -> None:
    pictures = []
    for name, colour in (("dark", (40, 40, 40)), ("light", (200, 200, 200))):
        Image.new("RGB", (64, 36), colour).save(tmp_path / f"{name}.png")
        pictures.append(Still(tmp_path / f"{name}.png", Motion.NONE))
    scenes = [Scene(pictures[0], 20, transition=Transition(TransitionName.FADE, 10)), Scene(pictures[1], 20)]

    luma = brightness(make(scenes, PLAIN, tmp_path))

    assert len(luma) == 30
    assert luma == sorted(luma)
    assert (luma[0], luma[9], luma[20], luma[29]) == pytest.approx((50, 50, 188, 188), abs=2)
    assert luma[15] == pytest.approx(119, abs=10)


@pytest.mark.parametrize("name", [name for name in TransitionName if name is not TransitionName.CUT])
def test_every_transition_renders(photo: Path, clip: Path, tmp_path: Path, name: TransitionName) -> None:
    scenes = [Scene(Still(photo), 14, transition=Transition(name, 6)), Scene(Clip(clip), 14)]

    assert len(brightness(make(scenes, PLAIN, tmp_path))) == 22


def test_joined_file_has_the_sound_and_plays_before_it_is_whole(
    clip: Path, music: Path, tmp_path: Path
) -> None:
    ffmpeg(
        "-stream_loop", "-1", "-i", music, "-t", "2", "-c:a", "aac", "-ar", "48000", tmp_path / "sound.m4a"
    )

    whole = make([Scene(Clip(clip), 60)], PLAIN, tmp_path, audio=tmp_path / "sound.m4a")

    facts = probe(whole)
    assert facts.audio is not None
    assert (facts.audio.codec, facts.audio.sample_rate, facts.audio.duration_s) == ("aac", 48000, 2.0)
    assert facts.duration_s == 2.0
    data = whole.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_join_refuses_a_segment_with_missing_frames(clip: Path, tmp_path: Path) -> None:
    segment = plan_segments([Scene(Clip(clip), 30)], PLAIN)[0]
    render_segment(segment, {WIDE: tmp_path / "a.mp4"})

    with pytest.raises(FFmpegFailed, match="frames 60 instead of 61"):
        join([(tmp_path / "a.mp4", 30), (tmp_path / "a.mp4", 31)], None, tmp_path / "whole.mp4")

    assert not (tmp_path / "whole.mp4").exists()


@pytest.mark.spec("GEN-06")
@pytest.mark.parametrize("motion", list(Motion))
def test_still_moves_smoothly_and_covers_the_frame(photo: Path, tmp_path: Path, motion: Motion) -> None:
    """Steps between pixels would show as frames that do not change and frames that jump."""
    whole = make([Scene(Still(photo, motion), 30)], PLAIN, tmp_path, VERTICAL)

    frames = frames_of(whole, SMALL[VERTICAL]).astype(int)
    steps = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3))
    assert len(frames) == 30
    if motion is Motion.NONE:
        assert steps.max() < 0.5
    else:
        assert steps.min() > 0.15
        assert steps.max() < 4 * np.median(steps)


def test_still_in_two_segments_moves_as_in_one(photo: Path, tmp_path: Path) -> None:
    scene = Scene(Still(photo, Motion.PAN_RIGHT), 40)
    whole = make([scene], PLAIN, tmp_path)
    render_segment(Segment((Shot(scene, 25, 15),), PLAIN, 0), {WIDE: tmp_path / "part.mp4"})

    difference = frames_of(whole, SMALL[WIDE])[25:].astype(int) - frames_of(
        tmp_path / "part.mp4", SMALL[WIDE]
    )
    assert np.abs(difference).mean() < 1.0


def test_colours_of_a_still_are_kept(tmp_path: Path) -> None:
    Image.new("RGB", (200, 200), (200, 60, 30)).save(tmp_path / "red.png")

    whole = make([Scene(Still(tmp_path / "red.png"), 3)], PLAIN, tmp_path)

    done = subprocess.run(
        [
            _ffmpeg(),
            "-v",
            "error",
            "-i",
            whole,
            "-vf",
            "scale=in_color_matrix=bt709:in_range=tv,format=rgb24",
            "-frames:v",
            "1",
            "-f",
            "rawvideo",
            "-",
        ],
        check=True,
        stdout=subprocess.PIPE,
    )
    assert np.frombuffer(done.stdout, np.uint8).reshape(-1, 3).mean(axis=0) == pytest.approx(
        (200, 60, 30), abs=4
    )


def test_graphic_is_drawn_for_each_format(tmp_path: Path) -> None:
    segment = plan_segments([Scene(GRAPHIC, 5)], PLAIN)[0]

    render_segment(segment, {VERTICAL: tmp_path / "v.mp4", WIDE: tmp_path / "w.mp4"})

    assert len(frames_of(tmp_path / "v.mp4", SMALL[VERTICAL])) == 5
    assert len(frames_of(tmp_path / "w.mp4", SMALL[WIDE])) == 5


@pytest.mark.spec("GEN-08")
def test_captions_and_title_are_burnt_while_they_are_due(clip: Path, tmp_path: Path) -> None:
    size = FrameSize(180, 320)
    spoken = (Word("Hello", 0.5, 0.8), Word("world", 0.8, 1.0))
    scene = Scene(Clip(clip), 60, spoken, title=Title("Title", 0.3))
    bare = frames_of(
        make(
            [replace(scene, words=(), title=None)], replace(PLAIN, sizes={VERTICAL: size}), tmp_path, VERTICAL
        ),
        size,
    ).astype(int)
    look = replace(
        PLAIN, captions=CaptionLook(CaptionStyle.BOLD_BOX, PALETTES["midnight"]), sizes={VERTICAL: size}
    )

    drawn = frames_of(make([scene], look, tmp_path, VERTICAL), size).astype(int)

    difference = np.abs(drawn - bare).mean(axis=(2, 3)) > 12  # (frame, row)
    seen = {
        "title": [number for number in range(60) if difference[number, :120].any()],
        "captions": [number for number in range(60) if difference[number, 200:].any()],
    }
    assert seen["captions"] == list(range(15, 40))  # up to 0.35 s after the last word
    assert seen["title"] == list(range(len(seen["title"])))
    assert 5 <= len(seen["title"]) <= 9  # it fades out at its end


def test_captions_do_not_change_at_the_border_of_segments(photo: Path, tmp_path: Path) -> None:
    size = FrameSize(180, 320)
    look = Look(
        CaptionLook(CaptionStyle.POP, PALETTES["midnight"]), sizes={VERTICAL: size}, encoder=PLAIN.encoder
    )
    spoken = tuple(
        Word(word, 0.1 + 0.17 * n, 0.27 + 0.17 * n) for n, word in enumerate(("one", "two", "three", "four"))
    )
    scene = Scene(Still(photo, Motion.NONE), 40, spoken)
    whole = frames_of(make([scene], look, tmp_path, VERTICAL), size).astype(int)

    for first in (4, 7, 13, 20):
        render_segment(Segment((Shot(scene, first, 10),), look, 0), {VERTICAL: tmp_path / "part.mp4"})
        part = frames_of(tmp_path / "part.mp4", size).astype(int)
        assert np.abs(part - whole[first : first + 10]).mean(axis=(1, 2, 3)).max() < 1.5


@pytest.mark.spec("GEN-08")
def test_watermark_stands_in_its_corner_of_the_scenes_that_carry_it(tmp_path: Path) -> None:
    Image.new("RGBA", (50, 50), (255, 255, 255, 255)).save(tmp_path / "mark.png")
    Image.new("RGB", (64, 64)).save(tmp_path / "black.png")
    black = Still(tmp_path / "black.png", Motion.NONE)
    look = replace(PLAIN, watermark=Watermark(tmp_path / "mark.png", size=0.2, opacity=1.0))
    fade = Transition(TransitionName.FADE, 4)
    scenes = [
        Scene(black, 10, watermarked=False, transition=fade),
        Scene(black, 14, transition=fade),
        Scene(black, 10),
    ]

    frames = frames_of(make(scenes, look, tmp_path), SMALL[WIDE])

    corner, rest = frames[:, 5:20, 140:155].mean(axis=(1, 2, 3)), frames[:, 30:, :130].mean(axis=(1, 2, 3))
    assert corner[:6].max() < 5
    assert corner[12:].min() > 240
    assert rest.max() < 5


def test_rotated_clip_is_upright_and_wide_pixels_are_round(tmp_path: Path) -> None:
    """A white bar along the top of the picture as it is shown."""
    for name, options in {"rotated": ["-display_rotation", "90"], "plain": []}.items():
        draw = "drawbox=w=30:c=white:t=fill" if name == "rotated" else "drawbox=h=30:c=white:t=fill"
        ffmpeg("-f", "lavfi", "-i", "color=black:s=160x160:r=30:d=1", "-vf", draw, tmp_path / "raw.mp4")
        ffmpeg(*options, "-i", tmp_path / "raw.mp4", "-c", "copy", tmp_path / f"{name}.mp4")
        out = tmp_path / f"{name}-out"
        out.mkdir()
        frame = frames_of(
            make([Scene(Clip(tmp_path / f"{name}.mp4"), 3)], PLAIN, out, SQUARE), SMALL[SQUARE]
        )[1]
        light = frame.mean(axis=2)
        if name == "rotated":
            light = light[::-1] if light[-5:].mean() > light[:5].mean() else light
        assert (light[:10].min() > 200, light[25:].max() < 40) == (True, True)


def test_4k_at_60_and_a_clip_without_sound_become_our_format(tmp_path: Path) -> None:
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=3840x2160:r=60:d=0.5", "-preset", "ultrafast", tmp_path / "large.mp4"
    )

    whole = make([Scene(Clip(tmp_path / "large.mp4"), 15)], PLAIN, tmp_path, VERTICAL)

    facts = probe(whole)
    assert facts.video is not None
    assert (facts.video.width, facts.video.height, facts.video.fps, facts.video.frames) == (90, 160, 30.0, 15)


def test_clip_that_is_not_media_is_refused_with_its_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("Dear aunt")
    segment = plan_segments([Scene(Clip(tmp_path / "text.mp4", digest="x"), 10)], PLAIN)[0]

    with pytest.raises(NotMedia, match="not a video, sound or picture"):
        render_segment(segment, {WIDE: tmp_path / "out.mp4"})


def test_clip_that_starts_after_its_end_is_refused(clip: Path, tmp_path: Path) -> None:
    segment = plan_segments([Scene(Clip(clip, 3.0), 10)], PLAIN)[0]

    with pytest.raises(NotMedia, match=r"ends after 3\.0 seconds and cannot start at 3\.0"):
        render_segment(segment, {WIDE: tmp_path / "out.mp4"})


@pytest.mark.parametrize("name", ["photo", "speech"])
def test_clip_without_a_moving_picture_is_refused(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    segment = plan_segments([Scene(Clip(request.getfixturevalue(name)), 10)], PLAIN)[0]

    with pytest.raises(NotMedia, match="no moving picture"):
        render_segment(segment, {WIDE: tmp_path / "out.mp4"})


def test_hdr_clip_becomes_standard_range(tmp_path: Path) -> None:
    """The white of a page is coded at 75 % in HLG, and is to be nearly white again."""
    ffmpeg(
        *["-f", "lavfi", "-i", "color=white:s=160x90:r=30:d=0.5", "-vf"],
        "format=yuv420p10le,lutyuv=y=721,setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc=arib-std-b67",
        *[
            "-c:v",
            "libx265",
            "-x265-params",
            "log-level=none",
            "-colorspace",
            "bt2020nc",
            "-color_trc",
            "arib-std-b67",
        ],
        *("-color_primaries", "bt2020", tmp_path / "hdr.mp4"),
    )
    video = probe(tmp_path / "hdr.mp4").video
    assert video is not None
    assert video.hdr

    luma = brightness(make([Scene(Clip(tmp_path / "hdr.mp4"), 10)], PLAIN, tmp_path))

    assert len(luma) == 10
    assert 190 <= min(luma) <= max(luma) <= 235


def test_still_that_is_damaged_is_refused_with_its_sentence(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.png").write_bytes(photo.read_bytes()[:2000])
    segment = plan_segments([Scene(Still(tmp_path / "cut.png"), 10)], PLAIN)[0]

    with pytest.raises(NotMedia, match="damaged or incomplete"):
        render_segment(segment, {WIDE: tmp_path / "out.mp4"})

    assert sorted(os.listdir(tmp_path)) == ["cut.png"]


def test_failure_of_one_segment_stops_the_others_and_is_told(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("Dear aunt")
    scenes = [
        Scene(Clip(clip), 90),
        Scene(Clip(tmp_path / "text.mp4", digest="x"), 100),
        Scene(Clip(clip), 5000),
    ]
    segments = plan_segments(scenes, PLAIN)
    work = [(segment, {WIDE: tmp_path / f"{number}.mp4"}) for number, segment in enumerate(segments)]

    with pytest.raises(NotMedia):
        render_segments(work)

    assert not (tmp_path / "2.mp4").exists()
    assert _running() == []


def test_cancelled_segments_leave_no_process_and_no_file(clip: Path, tmp_path: Path) -> None:
    segments = plan_segments([Scene(Clip(clip), 20000), Scene(Clip(clip), 20000)], PLAIN)
    work = [(segment, {WIDE: tmp_path / f"{number}.mp4"}) for number, segment in enumerate(segments)]

    with pytest.raises(FFmpegCancelled):
        render_segments(work, cancelled=lambda: bool(_running()))

    assert (os.listdir(tmp_path), _running()) == ([], [])


def test_progress_of_several_segments_rises_to_one_in_the_callers_thread(clip: Path, tmp_path: Path) -> None:
    import threading

    told: list[tuple[float, int]] = []
    segments = plan_segments([Scene(Clip(clip), 300), Scene(Clip(clip), 300)], PLAIN)
    work = [(segment, {WIDE: tmp_path / f"{number}.mp4"}) for number, segment in enumerate(segments)]

    render_segments(work, on_progress=lambda share: told.append((share, threading.get_ident())))

    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {thread for _, thread in told} == {threading.get_ident()}


def _running() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE and "ffmpeg" in " ".join(child.cmdline()).lower()
    ]


def _ffmpeg() -> str:
    from apps.media.binaries import ffmpeg_path

    return ffmpeg_path()


def _ffprobe() -> str:
    from apps.media.binaries import ffprobe_path

    return ffprobe_path()
