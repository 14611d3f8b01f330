"""The house format: every kind of source becomes it, and what is in it is copied."""

import subprocess
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.media import sound
from apps.media.binaries import ffmpeg_path
from apps.media.errors import FFmpegCancelled, NotMedia
from apps.media.formats import FrameSize
from apps.media.house import best_frame, make_mezzanine, make_sprite, make_waveform, rules
from apps.media.house.mezzanine import Limits
from apps.media.packets import packets, stream_facts
from tests.media.conftest import Make, brightness, ffmpeg, samples_of

PICTURE = "testsrc2=s={size}:r={rate}:d={seconds}"
QUICK = ["-preset", "ultrafast", "-pix_fmt", "yuv420p"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a small video: `tone` is the filter of its sound, `coding` its options."""
    shelf = tmp_path_factory.mktemp("sources")

    def make(name: str, *coding: str, picture: str = "", tone: str = "", before: str = "") -> Path:
        path = shelf / name
        inputs = ["-f", "lavfi", "-i", picture or PICTURE.format(size="160x90", rate=25, seconds=3)]
        if tone:
            inputs += ["-f", "lavfi", "-i", tone]
        if not path.exists():
            ffmpeg(*before.split(), *inputs, *(coding or ("-c:v", "libx264", *QUICK)), path)
        return path

    return make


def in_the_house(path: Path) -> None:
    """Everything that the format promises, read back from the file."""
    picture, track = stream_facts(path, "v:0"), stream_facts(path, "a:0")
    assert (picture.codec, picture.profile, picture.level) == ("h264", "High", 41)
    assert (picture.pix_fmt, picture.colour_range, picture.colour_space) == ("yuv420p", "tv", "bt709")
    assert (track.codec, track.profile, track.sample_rate, track.channels) == ("aac", "LC", 48_000, 2)
    found = list(packets(path, "v:0"))
    fps = Fraction(picture.fps).limit_denominator(1001)
    step = 1 / (fps * picture.time_base)
    times = sorted(packet.pts for packet in found)
    assert times == [round(number * step) for number in range(len(found))], (
        "one frame after the other from zero on"
    )
    keys = [round(packet.pts / step) for packet in found if packet.key]
    assert keys == list(range(0, len(found), round(2 * fps)))
    for key, after in pairwise([number for number, packet in enumerate(found) if packet.key]):
        assert all(packet.pts < found[after].pts for packet in found[key:after]), "closed"
    heard = list(packets(path, "a:0"))
    assert heard[0].pts == 0
    assert abs(sum(packet.duration for packet in heard) - len(found) / fps * 48_000) <= 1
    assert (rules.has_edit_list(path), rules.plays_while_it_loads(path)) == (False, True)


NTSC = Fraction(30000, 1001)
PHONE = "-c:v libx265 -tag:v hvc1 -x265-params log-level=none -preset ultrafast -c:a aac -ac 1 -ar 44100"
H264 = "-c:v libx264 -preset ultrafast"
PLAIN, TONE = "s=160x90:r=25:d=3", "sine=d=3.2"
# Name, coding, picture, sound; then size, rate and frames of what becomes of it.
SOURCES = [
    ("plain.mp4", f"{H264} -c:a aac", PLAIN, TONE, (160, 90), 25, 75),
    ("silent.mkv", H264, PLAIN, "", (160, 90), 25, 75),
    ("phone.mov", PHONE, PLAIN, TONE, (160, 90), 25, 75),
    ("ntsc.mp4", H264, "s=160x90:r=30000/1001:d=2", "", (160, 90), NTSC, 60),
    ("fast.mp4", H264, "s=160x90:r=50:d=2", "", (160, 90), 25, 50),
    ("slow.webm", "-c:v libvpx -b:v 400k", "s=160x90:r=12:d=2", "", (160, 90), 30, 60),
    ("odd.avi", "-c:v mpeg4", "s=162x94:r=25:d=1", "", (162, 94), 25, 25),
    ("large.mp4", H264, "s=3840x2160:r=60:d=0.5", "", (1920, 1080), 30, 15),
    (
        "ten-bit.mkv",
        f"{H264} -profile:v high10",
        "s=160x90:r=25:d=1,format=yuv420p10le",
        "",
        (160, 90),
        25,
        25,
    ),
]


@pytest.mark.spec("TRC-08", "TRC-04")
@pytest.mark.parametrize(("name", "coding", "picture", "tone", "size", "fps", "frames"), SOURCES)
def test_every_source_becomes_the_house_format(
    source: Callable[..., Path],
    tmp_path: Path,
    name: str,
    coding: str,
    picture: str,
    tone: str,
    size: tuple[int, int],
    fps: Fraction,
    frames: int,
) -> None:
    pixels = [] if "p10le" in picture else ["-pix_fmt", "yuv420p"]
    path = source(name, *coding.split(), *pixels, picture=f"testsrc2={picture}", tone=tone)
    out = tmp_path / "out.mp4"
    made = make_mezzanine(path, out)
    assert ((made.width, made.height), made.fps, made.frames, made.copied) == (size, fps, frames, ())
    in_the_house(out)
    assert len(brightness(out)) == frames
    assert list(tmp_path.iterdir()) == [out]


def test_turned_source_stands_upright(source: Callable[..., Path], tmp_path: Path) -> None:
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation:v:0", "90", "-i", source("walk.mp4"), "-c", "copy", turned)
    made = make_mezzanine(turned, tmp_path / "out.mp4")
    assert (made.width, made.height) == (90, 160)
    in_the_house(tmp_path / "out.mp4")


def test_source_of_a_varying_rate_keeps_its_times(counting: Make, tmp_path: Path) -> None:
    """Every third frame of the second second is missing: the one before it stands in for it."""
    varying = counting(seconds=3, extra="select='not(between(t,1,2)*eq(mod(n,3),1))'")
    made = make_mezzanine(varying, tmp_path / "out.mp4")
    assert (made.fps, made.frames) == (30, 90)
    in_the_house(tmp_path / "out.mp4")
    found = brightness(tmp_path / "out.mp4")
    wanted = [n - 1 if 30 <= n <= 60 and n % 3 == 1 else n for n in range(90)]
    assert [round((luma - 40) / 6) for luma in found] == [n % 32 for n in wanted]


def test_sound_stays_where_it_is_beside_the_picture(source: Callable[..., Path], tmp_path: Path) -> None:
    """A tone that begins a second after the picture does so in the result, to a few milliseconds."""
    late = tmp_path / "late.mp4"
    ffmpeg(
        "-i", source("walk.mp4"), "-itsoffset", "1", "-f", "lavfi", "-i", "sine=d=1",
        "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", late,
    )  # fmt: skip
    make_mezzanine(late, tmp_path / "out.mp4")
    loud = np.abs(samples_of(tmp_path / "out.mp4")[:, 0]) > 0.05
    start = int(np.argmax(loud)) / 48_000
    assert abs(start - 1) < 0.025
    assert not loud[int(2.1 * 48_000) :].any()


@pytest.mark.spec("TRC-08")
def test_sound_is_as_loud_as_platforms_ask_for(
    source: Callable[..., Path], speech: Path, tmp_path: Path
) -> None:
    spoken = tmp_path / "spoken.mp4"
    ffmpeg(
        "-i",
        source("walk.mp4"),
        "-i",
        speech,
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c:v",
        "copy",
        "-shortest",
        spoken,
    )
    make_mezzanine(spoken, tmp_path / "out.mp4")
    found = sound.measure(tmp_path / "out.mp4")
    assert abs(found.lufs - sound.TARGET_LUFS) <= sound.TOLERANCE_LU
    assert found.true_peak_dbtp <= sound.TRUE_PEAK_LIMIT_DBTP


@pytest.mark.spec("TRC-08")
def test_what_is_in_the_house_format_is_copied_bit_by_bit(
    source: Callable[..., Path], tmp_path: Path
) -> None:
    first, second, other = tmp_path / "1.mp4", tmp_path / "2.mp4", tmp_path / "3.mkv"
    make_mezzanine(source("toned.mp4", "-c:v", "libx264", *QUICK, "-c:a", "aac", tone="sine=d=3"), first)
    assert make_mezzanine(first, second).copied == ("picture", "sound")
    assert second.read_bytes() == first.read_bytes()
    ffmpeg(
        "-i",
        first,
        "-f",
        "lavfi",
        "-i",
        "sine=d=3:r=44100",
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c:v",
        "copy",
        other,
    )
    made = make_mezzanine(other, second)
    assert (made.copied, made.frames) == (("picture",), 75)
    in_the_house(second)
    assert picture_bytes(second) == picture_bytes(first)


def picture_bytes(path: Path) -> bytes:
    done = subprocess.run(
        [ffmpeg_path(), "-v", "error", "-i", path, "-map", "0:v", "-c", "copy", "-f", "h264", "-"],
        check=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout


@pytest.mark.parametrize(
    "coding",
    [
        "-g 25 -keyint_min 25",
        "-g 50 -x264-params open-gop=1:bframes=3:scenecut=0",
        "-g 50 -profile:v main -x264-params scenecut=0",
        "-g 50 -x264-params scenecut=0 -color_range pc",
    ],
)
def test_picture_that_only_nearly_is_in_the_house_format_is_encoded(
    source: Callable[..., Path], tmp_path: Path, coding: str
) -> None:
    path = source(
        f"near{abs(hash(coding))}.mp4", *f"-c:v libx264 -preset veryfast -pix_fmt yuv420p {coding}".split(),
        picture=PICTURE.format(size="160x90", rate=25, seconds=5),
    )  # fmt: skip
    assert make_mezzanine(path, tmp_path / "out.mp4").copied == ()
    in_the_house(tmp_path / "out.mp4")


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((3840, 2160), (1920, 1080)), ((2160, 3840), (1080, 1920)), ((1440, 1440), (1080, 1080)), ((641, 361), (640, 360)),
     ((4096, 1716), (1920, 804)), ((320, 240), (320, 240))],
)  # fmt: skip
def test_no_picture_is_enlarged_and_all_fit(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert rules.house_size(*size) == FrameSize(*wanted)


@pytest.mark.parametrize(
    ("fps", "steady", "wanted"),
    [
        (60, True, 30),
        (59.94, True, NTSC),
        (50, True, 25),
        (48, True, 24),
        (23.976, True, Fraction(24000, 1001)),
        (120, True, 30),
        (15, True, 30),
        (0, True, 30),
        (26.1, False, 30),
        (24.9, False, 25),
    ],
)
def test_rates_become_the_nearest_of_the_house(fps: float, steady: bool, wanted: Fraction) -> None:
    assert rules.house_rate(fps, steady=steady) == wanted


@pytest.mark.spec("TRC-04")
def test_file_that_breaks_off_is_said(source: Callable[..., Path], tmp_path: Path) -> None:
    cut, whole = tmp_path / "cut.mp4", source("long.mp4", picture="testsrc2=s=64x64:r=25:d=12")
    ffmpeg("-i", whole, "-c", "copy", "-movflags", "+faststart", cut)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    with pytest.raises(NotMedia, match="incomplete"):
        make_mezzanine(cut, tmp_path / "out.mp4")
    assert list(tmp_path.iterdir()) == [cut]


@pytest.mark.spec("TRC-04")
def test_cancelled_work_leaves_nothing(source: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(FFmpegCancelled):
        make_mezzanine(source("walk.mp4"), tmp_path / "out.mp4", Limits(cancelled=lambda: True))
    assert list(tmp_path.iterdir()) == []


def test_progress_only_grows_and_reaches_the_end(source: Callable[..., Path], tmp_path: Path) -> None:
    told: list[float] = []
    make_mezzanine(source("walk.mp4"), tmp_path / "out.mp4", Limits(lambda share, what: told.append(share)))
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.spec("TRC-03")
def test_sheet_shows_the_timeline_and_says_which_part_is_when(counting: Make, tmp_path: Path) -> None:
    clip, sheet = counting(seconds=3, size="320x180"), tmp_path / "sheet.jpg"
    sprite = make_sprite(clip, sheet)
    assert (sprite.width, sprite.height, sprite.count, sprite.every_s) == (160, 90, 6, 0.5)
    with Image.open(sheet) as image:
        assert image.size == (1600, 90)
        grey = image.convert("L")
    shown = [np.asarray(grey.crop(sprite.place(number))).mean() for number in range(6)]
    numbers = [round((tone * 219 / 255 + 16 - 40) / 6) for tone in shown]
    assert numbers == [(15 * number) % 32 for number in range(6)]
    lines = sprite.to_vtt("sheet.jpg", 2.9).splitlines()
    assert lines[-2:] == ["00:00:02.500 --> 00:00:02.900", "sheet.jpg#xywh=800,0,160,90"]


def test_poster_is_no_black_frame(tmp_path: Path) -> None:
    path, sheet = tmp_path / "fade.mp4", tmp_path / "sheet.jpg"
    chain = "testsrc2=s=160x90:r=25:d=4,drawbox=enable='lt(t,1.6)+gt(t,2.4)':color=black:t=fill"
    ffmpeg("-f", "lavfi", "-i", chain, "-c:v", "libx264", *QUICK, path)
    sprite = make_sprite(path, sheet)
    poster = tmp_path / "poster.jpg"
    poster.write_bytes(best_frame(path, sheet, sprite))
    with Image.open(poster) as image:
        assert image.size == (160, 90)
        assert np.asarray(image.convert("L")).std() > 30


@pytest.mark.spec("TRC-03")
def test_waveform_shows_where_it_is_loud(tmp_path: Path) -> None:
    path = tmp_path / "two.mp4"
    tone = "sine=d=4:f=500,volume='if(lt(t,2),0.1,0.8)':eval=frame"
    ffmpeg(
        "-f", "lavfi", "-i", "color=s=64x64:r=5:d=4", "-f", "lavfi", "-i", tone, *QUICK, "-c:a", "aac", path
    )
    waveform = make_waveform(path, tmp_path)
    peaks = np.array(waveform.peaks)
    quiet, loud = np.median(peaks[100:700]), np.median(peaks[900:1500])
    assert (len(peaks), 5 <= loud / quiet <= 11) == (1600, True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["two.mp4"]
