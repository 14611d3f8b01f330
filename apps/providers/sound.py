"""What every voice from outside does with the sound that it is sent."""

from pathlib import Path

from apps.core import http
from apps.media.errors import FFmpegFailed
from apps.media.probe import probe
from apps.providers.adapters import Work
from apps.providers.builtin.levels import silence, to_narration
from apps.providers.capabilities import Speech

NARRATION = "narration.wav"
SILENCE_S = 1.5


def can_be_spoken(text: str) -> bool:
    """Whether there is a letter or figure in it."""
    return any(char.isalnum() for char in text)


def kept_silence(out: Path, language: str, work: Work) -> Speech:
    """A short silence for a text without anything to speak; nobody is asked for that."""
    silence(out, SILENCE_S, work)
    return Speech(out, (), SILENCE_S, "", language, silent=True)


def keep_sound(packed: bytes, out: Path, work: Work, service: str) -> float:
    """Make narration of a sound of any kind, and return its seconds. Raises Rejected where it is none."""
    raw = work.folder / "voice-raw"
    raw.write_bytes(packed)
    try:
        to_narration(raw, out, work)
    except FFmpegFailed as error:
        raise http.Rejected(f"{service} sent sound that cannot be read.", detail=str(error)[:300]) from error
    finally:
        raw.unlink()
    return probe(out).duration_s
