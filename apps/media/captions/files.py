"""Captions as files that players and platforms read."""

from collections.abc import Sequence

from apps.media.captions.words import Word


def srt(words: Sequence[Word], *, max_chars: int = 42) -> str:
    """SubRip: cues of at most two lines of `max_chars` characters; all words, in order, unchanged."""
    raise NotImplementedError


def vtt(words: Sequence[Word], *, max_chars: int = 42) -> str:
    """WebVTT with the same cues."""
    raise NotImplementedError
