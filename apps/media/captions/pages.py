"""Put words together into pages: what is on screen at one time, in one or a few lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from apps.media.captions.lettering import drawable, is_japanese, joins_without_space, width_em
from apps.media.captions.styles import TYPES, CaptionLook, Type, safe_area, text_basis
from apps.media.captions.words import Word
from apps.media.fonts import script_of, script_of_char
from apps.media.formats import FrameSize

_PAUSE_S = 0.7  # a longer silence ends a page
_HOLD_S = 0.35  # how long the last words stay when nothing follows
_SENTENCE_ENDS = tuple(".?!…。！？؟।")
_CLAUSE_ENDS = tuple(",;:،؛、，；：—–")
_CLOSING = "\"'”’»)]」』"


@dataclass(frozen=True)
class Line:
    """Words that stand beside each other."""

    words: tuple[Word, ...]


@dataclass(frozen=True)
class Page:
    """Lines shown together from `start_s` to `end_s`, set in an em of `em` pixels."""

    lines: tuple[Line, ...]
    start_s: float
    end_s: float
    em: float

    @property
    def words(self) -> tuple[Word, ...]:
        """Its words in the order they are spoken."""
        return tuple(word for line in self.lines for word in line.words)


@dataclass(frozen=True)
class Measure:
    """How much fits: widths are in pixels."""

    type: Type
    em: float
    width: float
    japanese: bool
    right_to_left: bool

    def of(self, words: Sequence[Word]) -> float:
        """Width of words set beside each other."""
        return sum(self._word(word) for word in words) + sum(
            self.gap(before, after) for before, after in pairwise(words)
        )

    def gap(self, before: Word, after: Word) -> float:
        """Space between two neighbours."""
        return 0.0 if joins_without_space(before.text, after.text) else self.type.space * self.em

    def _word(self, word: Word) -> float:
        return self.em * width_em(word.text, self.type.face, japanese=self.japanese)


def measure_for(words: Sequence[Word], type_: Type, scale: float, frame: FrameSize) -> Measure:
    """The size and width that a type has in a frame. A twentieth of the width is left for letters that grow."""
    text = " ".join(word.text for word in words)
    return Measure(
        type_,
        text_basis(frame) * type_.size * scale,
        frame.width * (1 - 2 * safe_area(frame).side) * 0.95,
        is_japanese(text),
        script_of(text) in ("arabic", "hebrew"),
    )


def group_words(words: Sequence[Word], look: CaptionLook, frame: FrameSize) -> tuple[Page, ...]:
    """Pages that fit the style and the frame's width, end where sentences end, and leave no flickering gap.

    The words keep their order. Pictographs are left out of what is burnt; words that are nothing else are left out.
    """
    measure = measure_for(words, TYPES[look.style], look.scale, frame)
    shown = [piece for word in _in_order(words) for piece in _fitting(word, measure)]
    pages = [page for sentence in _sentences(shown) for page in _fill(sentence, measure)]
    return tuple(
        Page(_broken(page, measure), page[0].start_s, _end(page, following), _em(page, measure))
        for page, following in zip(pages, [*pages[1:], None], strict=False)
    )


def break_lines(words: Sequence[Word], measure: Measure) -> tuple[Line, ...]:
    """The words in as few lines as hold them, the lines of about equal width. More lines than the type has only where
    nothing else helps."""
    return _broken(list(words), measure)


def _in_order(words: Sequence[Word]) -> Iterator[Word]:
    """The words as they are burnt, none starting before the one that precedes it."""
    latest = 0.0
    for word in words:
        latest = max(latest, word.start_s)
        if text := drawable(word.text):
            yield Word(text, latest, max(latest, word.end_s))


def _fitting(word: Word, measure: Measure) -> Iterator[Word]:
    """The word; or its letters in pieces where it is a whole sentence of a script without spaces."""
    wide = measure.of([word]) > measure.width * 0.8
    if not wide or not any(script_of_char(char) in ("han", "kana") for char in word.text):
        yield word
        return
    share = (word.end_s - word.start_s) / len(word.text)
    pieces: list[str] = []
    for char in word.text:
        if pieces and not char.isalnum():
            pieces[-1] += char
        else:
            pieces.append(char)
    at = 0
    for piece in pieces:
        yield Word(piece, word.start_s + at * share, word.start_s + (at + len(piece)) * share)
        at += len(piece)


def _sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Cut after the end of a sentence, and where nobody speaks for a while."""
    sentence: list[Word] = []
    for word in words:
        if sentence and (_ends(sentence[-1], _SENTENCE_ENDS) or word.start_s - sentence[-1].end_s > _PAUSE_S):
            yield sentence
            sentence = []
        sentence.append(word)
    if sentence:
        yield sentence


def _fill(sentence: list[Word], measure: Measure) -> list[list[Word]]:
    """The sentence in pages: full ones, but rather ended after a comma, and without one word left over.

    A word wider than the frame stands alone: it is made smaller."""
    pages: list[list[Word]] = [[]]
    for word in sentence:
        page = pages[-1]
        comma = page and _ends(page[-1], _CLAUSE_ENDS) and len(page) * 2 >= measure.type.words
        alone = page and measure.width < max(measure.of([page[-1]]), measure.of([word]))
        if page and (comma or alone or len(page) >= measure.type.words or not _fits([*page, word], measure)):
            pages.append([])
        pages[-1].append(word)
    if (
        len(pages) > 1
        and len(pages[-1]) == 1
        and len(pages[-2]) > 2
        and not _ends(pages[-2][-1], _CLAUSE_ENDS)
        and _fits([pages[-2][-1], *pages[-1]], measure)
    ):
        pages[-1].insert(0, pages[-2].pop())
    return pages


def _fits(words: Sequence[Word], measure: Measure) -> bool:
    return len(_broken(words, measure)) <= measure.type.lines


def _broken(words: Sequence[Word], measure: Measure) -> tuple[Line, ...]:
    for breaks in range(min(len(words), 4)):
        best = min(
            (tuple(_cut(words, places)) for places in combinations(range(1, len(words)), breaks)),
            key=lambda lines: max(measure.of(line) for line in lines),
        )
        if breaks == min(len(words), 4) - 1 or max(measure.of(line) for line in best) <= measure.width:
            return tuple(Line(tuple(line)) for line in best)
    return ()


def _cut(words: Sequence[Word], places: Sequence[int]) -> Iterator[Sequence[Word]]:
    for start, end in pairwise((0, *places, len(words))):
        yield words[start:end]


def _em(page: Sequence[Word], measure: Measure) -> float:
    """The size of a page: smaller where one word alone is wider than the frame."""
    widest = max(measure.of(line.words) for line in _broken(page, measure))
    return measure.em * min(1.0, measure.width / max(widest, 1e-6))


def _end(page: Sequence[Word], following: Sequence[Word] | None) -> float:
    """A page stays until the next one comes, unless there is a pause between them."""
    spoken = max(page[-1].end_s, page[-1].start_s)
    if following is None:
        return spoken + _HOLD_S
    gap = following[0].start_s - spoken
    return following[0].start_s if gap <= _PAUSE_S else spoken + _HOLD_S


def _ends(word: Word, signs: tuple[str, ...]) -> bool:
    return word.text.rstrip(_CLOSING).endswith(signs)
