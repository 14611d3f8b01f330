"""Small real media, made once by FFmpeg: pictures that count their frames, and sounds."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.media.binaries import ffmpeg_path
from apps.media.formats import FormatName, FrameSize

SMALL = {
    FormatName.VERTICAL: FrameSize(90, 160),
    FormatName.WIDE: FrameSize(160, 90),
    FormatName.SQUARE: FrameSize(90, 90),
    FormatName.PORTRAIT: FrameSize(72, 90),
}
LUMA_OF_FRAME = "geq=lum='40+mod(N,32)*6':cb=128:cr=128"

Make = Callable[..., Path]


def ffmpeg(*arguments: str | Path) -> None:
    subprocess.run(
        [ffmpeg_path(), "-v", "error", "-nostdin", "-y", *map(str, arguments)],
        check=True,
        stderr=subprocess.PIPE,
    )


def brightness(path: Path) -> list[int]:
    """The mean luma of every frame, as it is coded (16 to 235)."""
    done = subprocess.run(
        [
            ffmpeg_path(),
            "-v",
            "error",
            "-i",
            path,
            "-vf",
            "scale=2:2:flags=area,format=yuv420p",
            "-fps_mode",
            "passthrough",
            "-f",
            "rawvideo",
            "-",
        ],
        check=True,
        stdout=subprocess.PIPE,
    )
    return list(done.stdout[::6])


def frames_of(path: Path, size: FrameSize) -> np.ndarray:
    """All frames as RGB: (frames, height, width, 3)."""
    done = subprocess.run(
        [ffmpeg_path(), "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        check=True,
        stdout=subprocess.PIPE,
    )
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, size.height, size.width, 3)


def samples_of(path: Path) -> np.ndarray:
    """The decoded sound: (samples, 2) at 48 kHz."""
    done = subprocess.run(
        [ffmpeg_path(), "-v", "error", "-i", path, "-f", "f32le", "-ac", "2", "-ar", "48000", "-"],
        check=True,
        stdout=subprocess.PIPE,
    )
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the media of this session lie."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session")
def counting(shelf: Path) -> Make:
    """A clip whose brightness is its frame number (mod 32, six grey levels a frame)."""

    def make(
        *, fps: int = 30, seconds: float = 3, size: str = "160x120", suffix: str = "mp4", extra: str = ""
    ) -> Path:
        name = (
            f"counting-{fps}-{seconds:g}-{size}-{extra}".replace("'", "").replace("/", "-").replace("\\", "")
        )
        path = shelf / f"{name[:60]}.{suffix}"
        if not path.exists():
            filters = f"{LUMA_OF_FRAME}{',' + extra if extra else ''}"
            ffmpeg(
                "-f",
                "lavfi",
                "-i",
                f"color=gray:s={size}:r={fps}:d={seconds}",
                "-vf",
                filters,
                "-fps_mode",
                "vfr",
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-crf",
                "4",
                "-bf",
                "3",
                "-g",
                "40",
                "-pix_fmt",
                "yuv420p",
                "-color_range",
                "tv",
                "-colorspace",
                "bt709",
                path,
            )
        return path

    return make


@pytest.fixture(scope="session")
def clip(shelf: Path) -> Path:
    """Three seconds of a test picture with sound, 160×90, 30 a second."""
    path = shelf / "clip.mp4"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=160x90:r=30:d=3",
        "-f",
        "lavfi",
        "-i",
        "sine=440:d=3",
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        "-shortest",
        path,
    )
    return path


@pytest.fixture(scope="session")
def photo(shelf: Path) -> Path:
    """A picture with detail everywhere, 400×300."""
    path = shelf / "photo.png"
    Image.effect_mandelbrot((400, 300), (-2.0, -1.2, 0.8, 1.2), 60).convert("RGB").save(path)
    return path


@pytest.fixture(scope="session")
def speech(shelf: Path) -> Path:
    """Six seconds that are loud and soft in turn, like speech; mono, 22,050 Hz."""
    path = shelf / "speech.wav"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=6:c=pink:a=0.5:r=22050:seed=1",
        "-af",
        "volume='if(lt(mod(t,1.1),0.8),0.2+0.6*abs(sin(19*t)),0.001)':eval=frame",
        "-ac",
        "1",
        path,
    )
    return path


@pytest.fixture(scope="session")
def music(shelf: Path) -> Path:
    """Four seconds of a steady chord; stereo, 44,100 Hz."""
    path = shelf / "music.wav"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=220:d=4:r=44100",
        "-f",
        "lavfi",
        "-i",
        "sine=330:d=4:r=44100",
        "-filter_complex",
        "[0][1]amix=2,aformat=channel_layouts=stereo",
        path,
    )
    return path
