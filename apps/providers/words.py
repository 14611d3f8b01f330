"""The words of a narration as captions show them: one shared rule for voices, captions and checks."""

import re
from collections.abc import Sequence
from dataclasses import replace

from apps.media.captions import Word
from apps.providers.text import is_unspaced

# Runs that stay together where there are no spaces: Han with the kana behind them, katakana, a few signs of
# Thai.
_PIECE = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{1,3}[\u3041-\u309f]{0,3}|[\u30a0-\u30ff]{1,6}|[\u3041-\u309f]{1,4}"
    "|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{1,8}|[^\\W_]+|[^\\w]+|_+"
)
_COMBINING = re.compile("[\u0e30-\u0e3a\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ece\u1037-\u103e\u17b4-\u17d3]")
LONGEST_PIECE = 8
LONGEST_GAP = 24  # signs between two words


def narration_words(text: str) -> tuple[str, ...]:
    """What stands between spaces; a long run of a script without spaces is cut into pieces of a few
    characters.

    For scripts with spaces this is `text.split()`. The pieces joined together are the run again.

    """
    words: list[str] = []
    for word in text.split():
        if len(word) > LONGEST_PIECE and is_unspaced(word):
            words += _pieces(word)
        else:
            words.append(word)
    return tuple(words)


def _pieces(run: str) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECE.findall(run):
        # Punctuation closes the piece before it; a vowel sign or tone mark never stands alone.
        if pieces and (not any(char.isalnum() for char in piece) or _COMBINING.match(piece)):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def punctuated(text: str, words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with the signs that stand beside them in the text, as `text` has them one after the other.

    Services of speech recognition give bare words with times, and their signs only in the text. What closes goes to the
    word before it, what opens to the one behind. A word that the text does not have leaves all of them bare.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for word in words:
        start = text.find(word.text, at, at + len(word.text) + LONGEST_GAP)
        if start < 0:
            return tuple(words)
        at = start + len(word.text)
        spans.append((start, at))
    starts = [0, *(_opening(text, spans[n][1], spans[n + 1][0]) for n in range(len(spans) - 1))]
    ends = [*starts[1:], len(text)]
    return tuple(
        replace(word, text=" ".join(text[start:end].split()))
        for word, start, end in zip(words, starts, ends, strict=False)
    )


def _opening(text: str, end: int, start: int) -> int:
    """Where, between the end of a word and the start of the next, the signs of the next one begin: at a space."""
    spaces = (place for place in range(end, start) if text[place].isspace())
    return next(spaces, start)
