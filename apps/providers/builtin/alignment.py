"""Which sound belongs to which written word."""

import math
import unicodedata
from collections.abc import Sequence

from apps.media.captions import Word

Phoneme = tuple[str, int, int]
"""A phoneme as spoken, with the samples where it starts and ends."""
Span = tuple[int, int]

GAP, OTHER_SOUND = 0.7, 1.0
_VOWELS = frozenset("aeiouyæøœɐɑɒɔəɘɛɜɝɚɞɤɨɪɯɵɶʉʊʌʏᵻᵿ")


def align(alone: Sequence[Sequence[str]], spoken: Sequence[Phoneme]) -> list[Span | None]:
    """The samples in which each word is spoken; None for a word that has no sound.

    `alone` are the phonemes of each word when it is spoken by itself. In a sentence they run together ("of
    the"), are stressed differently and sometimes change, so both strings are aligned with the least changes
    (Needleman and Wunsch, 1970) and each spoken phoneme goes to the word it lines up with.
    """
    expected = [
        (place, phoneme) for place, word in enumerate(alone) for phoneme in word if _is_sound(phoneme)
    ]
    heard = [(index, phoneme) for index, (phoneme, _, _) in enumerate(spoken) if _is_sound(phoneme)]
    owner = _owners(expected, heard)
    spans: list[Span | None] = [None] * len(alone)
    for (index, _), place in zip(heard, owner, strict=True):
        start, end = _with_marks(spoken, index)
        before = spans[place]
        spans[place] = (before[0], end) if before else (start, end)
    return spans


def _is_sound(phoneme: str) -> bool:
    """Whether this is a vowel or consonant; stress and length marks and punctuation are not."""
    return unicodedata.category(phoneme[0]) in ("Ll", "Lo", "Lu")


def _owners(expected: Sequence[tuple[int, str]], heard: Sequence[tuple[int, str]]) -> list[int]:
    """For each heard phoneme the place of its word, never falling."""
    rows, columns = len(expected), len(heard)
    if not rows:
        return [0] * columns
    cost = [[GAP * column for column in range(columns + 1)]]
    for row in range(1, rows + 1):
        line = [GAP * row]
        for column in range(1, columns + 1):
            change = _change(expected[row - 1][1], heard[column - 1][1])
            line.append(min(cost[-1][column - 1] + change, cost[-1][column] + GAP, line[-1] + GAP))
        cost.append(line)
    owner = [0] * columns
    row, column = rows, columns
    while column:
        inside = row > 0
        here = cost[row][column]
        change = _change(expected[row - 1][1], heard[column - 1][1]) if inside else 0.0
        if inside and here == cost[row - 1][column - 1] + change:
            owner[column - 1] = expected[row - 1][0]
            row, column = row - 1, column - 1
        elif inside and here == cost[row - 1][column] + GAP:
            row -= 1
        else:  # a sound that no word expects goes to the word before it
            owner[column - 1] = expected[max(row - 1, 0)][0]
            column -= 1
    return owner


def _change(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return OTHER_SOUND / 2 if (one in _VOWELS) == (other in _VOWELS) else OTHER_SOUND


def _with_marks(spoken: Sequence[Phoneme], index: int) -> Span:
    """From the stress mark before a sound to the length mark behind it."""
    start, end = spoken[index][1], spoken[index][2]
    before = index - 1
    while before >= 0 and spoken[before][0] in "ˈˌ":
        start = spoken[before][1]
        before -= 1
    after = index + 1
    while (
        after < len(spoken)
        and spoken[after][0] not in "ˈˌ"
        and unicodedata.category(spoken[after][0][0]) in ("Lm", "Mn")
    ):
        end = spoken[after][2]
        after += 1
    return start, end


def shared_out(forms: Sequence[str], spans: Sequence[Span | None]) -> list[Span | None]:
    """Spans where each spoken form has one: a form that ran together with the one before takes its part of
    its time."""
    found = list(spans)
    place = 0
    while place < len(forms):
        group = [place]
        while group[-1] + 1 < len(forms) and forms[group[-1] + 1] and spans[group[-1] + 1] is None:
            group.append(group[-1] + 1)
        whole = spans[place]
        if whole is not None and len(group) > 1:
            letters = [len(forms[member]) for member in group]
            for index, member in enumerate(group):
                start = whole[0] + (whole[1] - whole[0]) * sum(letters[:index]) // sum(letters)
                end = whole[0] + (whole[1] - whole[0]) * sum(letters[: index + 1]) // sum(letters)
                found[member] = (start, end)
        place = group[-1] + 1
    return found


def words_in_time(
    written: Sequence[str], spans: Sequence[Span | None], rate: int, duration_s: float
) -> tuple[Word, ...]:
    """One word for each written one: in order, not overlapping, within the sound. A silent one takes no
    time, unless there is a gap where it stands."""
    words: list[Word] = []
    last_s = 0.0
    for place, (text, span) in enumerate(zip(written, spans, strict=True)):
        if span is None:
            words.append(Word(text, last_s, last_s))
            continue
        start_s = min(max(span[0] / rate, last_s), duration_s)
        end_s = min(max(span[1] / rate, start_s), duration_s)
        _fill_gap(words, place, start_s)
        words.append(Word(text, _ms(start_s), _ms(end_s)))
        last_s = words[-1].end_s
    return tuple(words)


def _fill_gap(words: list[Word], place: int, until_s: float) -> None:
    """Give the silent words just before `place` the time up to the next sound, in equal parts."""
    first = place
    while first and words[first - 1].start_s == words[first - 1].end_s:
        first -= 1
    silent = place - first
    if not silent:
        return
    from_s = words[first - 1].end_s if first else 0.0
    step = max(until_s - from_s, 0.0) / silent
    for offset in range(silent):
        start_s = _ms(from_s + step * offset)
        words[first + offset] = Word(
            words[first + offset].text, start_s, _ms(max(from_s + step * (offset + 1), start_s))
        )


def words_by_weight(written: Sequence[str], start_s: float, end_s: float) -> tuple[Word, ...]:
    """Times by guess where nothing was measured: each word as long as its share of the letters and signs."""
    weights = [
        1.5 + len(word) + (3.0 if word[-1:] in ".!?。！？…" else 1.5 if word[-1:] in ",;:，、؛،" else 0.0)
        for word in written
    ]
    total = sum(weights) or 1.0
    words: list[Word] = []
    at = start_s
    for word, weight in zip(written, weights, strict=True):
        end = at + (end_s - start_s) * weight / total
        words.append(Word(word, _ms(at), _ms(end)))
        at = end
    return tuple(words)


def _ms(seconds: float) -> float:
    """Whole milliseconds, rounded down: no word may end after the sound."""
    return math.floor(seconds * 1000 + 1e-6) / 1000
