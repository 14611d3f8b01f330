"""Finding what matters in a text: its sentences weighed, its key words, and a choice of sentences that fits
a length."""

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from apps.providers.builtin.stopwords import stopwords
from apps.providers.text import is_unspaced, paragraphs, sentences, tokens, word_count

MAX_CANDIDATES = 120
LONGEST_WORDS = 60

_BOILERPLATE = re.compile(
    r"\b(cookies?|newsletter|subscribe|sign up|log ?in|click here|read more|all rights reserved|privacy policy|"
    r"terms of (use|service)|advertisement|share this|photo(graph)?:|image:|follow us)\b|©|https?://|www\.|\S@\S+\.\S",
    re.IGNORECASE,
)
# Openers that lean on the sentence before.
# "the most famous of these beacons", "the first lens of this kind"
_POINTING_BACK = re.compile(
    r"\b(?:these|those|such|(?:of|for|in|to|from|with|by|at) (?:this|that|them|it))\b", re.IGNORECASE
)
_DANGLING = {
    "en": "he she it they this that these those his her its their such but and or so however also instead meanwhile "
    "then there both another still yet moreover furthermore therefore thus nevertheless nonetheless similarly likewise",
    "de": "er sie es dies diese dieser dieses jene sein ihre aber und oder doch jedoch auch dann dort daher denn",
    "fr": "il elle ils elles cela ce ces cette mais et ou donc pourtant ainsi alors aussi",
    "es": "él ella ellos esto esta este estos estas pero y o así también entonces además",
    "it": "lui lei essi questo questa questi queste ma e o così anche allora inoltre",
    "pt": "ele ela eles isso isto este esta esses mas e ou assim também então",
}
# Where a sentence may be cut so that what is left still says what it said: before an aside that runs to its
# end (no comma or dash after it, behind which the main clause could go on), and never before a "but".
_ASIDE = re.compile(
    r"\s*(?:[;；؛][^;；؛]*|\s[–—]\s[^–—]*|，其中[^，]*"
    r"|,\s+(?:which|who|whose|where|including|according to|such as)\b[^,–—;]*)$",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(he|she|his|her|hers|him)\b")
_NAME = re.compile(
    r"[^.!?\"“]\s[A-Z]|\b(wo)?m[ae]n\b|\b(girl|boy|mother|father|person|king|queen|doctor|child)\b"
)
_POSSESSIVE = re.compile(r"['’]s$", re.I)
_CONDITION = re.compile(
    r"^(if|when|while|although|though|because|since|unless|despite|as|after|before|not)\b", re.I
)
_STRIKING = re.compile(r"\b(first|only|never|most|every|largest|biggest|smallest|fastest|best|worst|secret|surpris\w+|"
                       r"million|billion|twice|half|world|free|new|why|how)\b", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A sentence that may be spoken. `index` is its place in the text, `weight` how much it matters (0 to
    about 2)."""

    index: int
    text: str
    words: float
    terms: frozenset[str]
    dangling: bool
    weight: float = 0.0


def candidates(text: str, language: str) -> list[Candidate]:
    """The sentences of a cleaned text that can stand in a video, each weighed.

    Headings, menus and repetitions are left out as long as anything is left.
    """
    found: list[Candidate] = []
    seen: set[str] = set()
    for paragraph in paragraphs(text):
        for sentence in sentences(paragraph):
            key = " ".join(tokens(sentence))
            if key and key not in seen:
                seen.add(key)
                found.append(_candidate(len(found), sentence, language))
    good = [sentence for sentence in found if _can_stand(sentence)]
    return _weighed(good or found, language)


def _candidate(index: int, sentence: str, language: str) -> Candidate:
    words = tokens(sentence)
    terms = frozenset(words) - stopwords(language)
    return Candidate(index, sentence, word_count(sentence), terms, _is_dangling(sentence, words, language))


def _is_dangling(sentence: str, words: Sequence[str], language: str) -> bool:
    """Whether the sentence leans on the one before: it opens with "This", points back ("of these beacons"), or
    speaks of a person it has not named."""
    if words and words[0] in _DANGLING.get(language, "").split():
        return True
    if language == "en" and _POINTING_BACK.search(sentence):
        return True
    person = _PERSON.search(sentence) if language == "en" else None
    return person is not None and not _NAME.search(sentence[: person.start()])


def _can_stand(sentence: Candidate) -> bool:
    ended = sentence.text.rstrip("\"'”’»)]」』").endswith(
        (".", "!", "?", "…", "。", "！", "？", "؟", "।", "۔")
    )
    return (
        ended and sentence.words >= 3 and len(sentence.terms) >= 2 and not _BOILERPLATE.search(sentence.text)
    )


def _weighed(found: Sequence[Candidate], language: str) -> list[Candidate]:
    """Weights: closeness to the whole text (tf-idf), a place near its start, and a length that can be spoken."""
    frequency = Counter(term for sentence in found for term in sentence.terms)
    count = len(found)
    idf = {term: math.log(1 + count / n) for term, n in frequency.items()}
    centre = {term: n * idf[term] for term, n in frequency.items()}
    length = math.sqrt(sum(value * value for value in centre.values())) or 1.0
    weighed = []
    for place, sentence in enumerate(found):
        norm = math.sqrt(sum(idf[term] ** 2 for term in sentence.terms)) or 1.0
        central = sum(idf[term] * centre[term] for term in sentence.terms) / (norm * length)
        early = 1 / (1 + place / max(3.0, count / 10))
        speakable = 1.0 if 6 <= sentence.words <= 26 else 0.6 if sentence.words <= 40 else 0.3
        weighed.append(replace(sentence, weight=central + 0.5 * early + 0.5 * speakable))
    return weighed


def striking(sentence: Candidate) -> float:
    """How well a sentence stops a thumb: a question, a figure, few words, a strong word. 0 to about 2."""
    score = 0.6 if sentence.text.rstrip("\"'”’»)").endswith(("?", "？", "؟")) else 0.0
    score += 0.4 if re.search(r"\d", sentence.text) else 0.0
    score += 0.3 if _STRIKING.search(sentence.text) else 0.0
    score += 0.5 if 4 <= sentence.words <= 14 else 0.2 if sentence.words <= 18 else 0.0
    return score - (1.0 if sentence.dangling else 0.0)


def trimmed(sentence: Candidate, most_words: float) -> Candidate:
    """The sentence without a trailing aside where it is longer than `most_words`; never cut anywhere else."""
    if sentence.words <= most_words or _CONDITION.match(sentence.text):
        return sentence
    shorter = _ASIDE.sub("", sentence.text).rstrip(" ,;:–—")
    if (
        shorter == sentence.text
        or word_count(shorter) < 5
        or shorter.count('"') % 2
        or shorter.count("“") != shorter.count("”")
    ):
        return sentence
    end = "。" if re.search(r"[\u3040-\u9fff]$", shorter) else "."
    shorter = shorter if shorter.endswith((".", "!", "?")) else shorter + end
    return replace(sentence, text=shorter, words=word_count(shorter))


def _is_open(text: str) -> bool:
    """Whether a quotation or bracket was cut in two."""
    return bool(text.count('"') % 2) or any(
        text.count(a) != text.count(b) for a, b in ("“”", "()", "«»", "「」", "（）")
    )


def choose(
    found: Sequence[Candidate],
    words: float,
    *,
    most_words: float,
    limit: float = math.inf,
    at_least: int = 1,
    seed: int = 0,
    kept: Sequence[Candidate] = (),
) -> list[Candidate]:
    """Sentences of about `words` words in all, in the text's order: weighty ones, each adding something new.

    None is longer than `most_words` (after trimming) while shorter ones are left. There are `at_least` so
    many while the text has them and all together stay below `limit` words. `kept` are chosen already and
    only avoided. Another `seed` makes another choice.
    """
    rng = random.Random(f"choose {seed}")  # noqa: S311 - variety, not secrecy
    pool = [
        trimmed(sentence, most_words) for sentence in found if sentence.index not in {k.index for k in kept}
    ]
    pool = [replace(s, weight=s.weight + (rng.random() * 0.6 if seed else 0.0)) for s in pool]
    pool = sorted(pool, key=lambda s: (s.words > most_words, -s.weight))[:MAX_CANDIDATES]
    chosen: list[Candidate] = []
    total = 0.0
    while pool and (total < words * 0.9 or len(chosen) < at_least):
        room = (limit if len(chosen) < at_least or total < words * 0.6 else min(words * 1.08, limit)) - total
        fitting = [s for s in pool if s.words <= room] or (
            [] if chosen else [min(pool, key=lambda s: s.words)]
        )
        if not fitting:
            break
        best = max(fitting, key=_gain([*kept, *chosen], most_words))
        chosen.append(best)
        total += best.words
        pool.remove(best)
    return sorted(chosen, key=lambda s: s.index)


def _gain(chosen: Sequence[Candidate], most_words: float) -> Callable[[Candidate], float]:
    """What a sentence adds: its weight, less what was said already, less what it leans on and is not there."""
    indexes = {sentence.index for sentence in chosen}

    def gain(sentence: Candidate) -> float:
        overlap = max((_overlap(sentence.terms, other.terms) for other in chosen), default=0.0)
        follows = sentence.index - 1 in indexes
        lean = 0.8 if sentence.dangling and not follows else 0.0
        long = 0.5 if sentence.words > most_words else 0.0
        return sentence.weight - 0.9 * overlap - lean - long + (0.1 if follows else 0.0)

    return gain


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def keywords(text: str, language: str, count: int = 12, about: Collection[str] = ()) -> tuple[str, ...]:
    """The words and pairs of words that a text is about, as it writes them, weightiest first.

    Those that are also in `about` (the whole text's key words, in small letters) weigh more.
    """
    stop = stopwords(language)
    found = _Terms()
    for chunk in re.split(r"[^\w\s'’-]+|\n", text[:60_000]):
        before = ""
        for place, word in enumerate(chunk.split()):
            if is_unspaced(word):
                found.add_pieces(word, stop)
            elif _is_term(word, stop):
                bare = _POSSESSIVE.sub("", word.strip("'’-"))
                found.add(bare, named=place > 0)
                if before:
                    found.add(f"{before} {bare}", named=place > 1)
                before = bare
                continue
            before = ""
    wide = {part for term in about for part in term.lower().split()}
    ranked = sorted(
        found.count, key=lambda key: -found.weight(key, language) * (2.5 if set(key.split()) & wide else 1)
    )
    spelled = [found.spelling(key) for key in ranked if " " not in key or found.count[key] > 1]
    return _without_repeats(spelled, count)


class _Terms:
    """Terms by their small letters: how often each stands, how it is written, how often it is written like
    a name."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.forms: dict[str, Counter[str]] = {}
        self.named: Counter[str] = Counter()

    def add(self, term: str, *, named: bool = False) -> None:
        key = term.lower()
        self.count[key] += 1
        self.forms.setdefault(key, Counter())[term] += 1
        self.named[key] += named and term[0].isupper()

    def add_pieces(self, run: str, stop: frozenset[str]) -> None:
        """Pieces of two to four characters, of a script that has no spaces between words."""
        for length in (2, 3, 4):
            for start in range(min(len(run), 400) - length + 1):
                piece = run[start : start + length]
                if not any(char in stop for char in piece):
                    self.add(piece)

    def spelling(self, key: str) -> str:
        return self.forms[key].most_common(1)[0][0]

    def weight(self, key: str, language: str) -> float:
        count = self.count[key]
        if is_unspaced(key):
            return (count - 1) * len(key) + 0.01 * len(key)  # what returns is a word, what does not is chance
        weight = (
            count**0.8
            * (1 + 0.7 * self.named[key] / count)
            * (1.6 if " " in key else 1.0)
            * min(len(key), 10)
            / 10
        )
        if language == "en" and not self.named[key]:
            weight *= 0.3 if key.endswith("ly") else 0.6 if key.endswith(("ed", "ing")) else 1.0
        return weight


def _is_term(word: str, stop: frozenset[str]) -> bool:
    bare = word.strip("'’-")
    return len(bare) > (1 if not bare.isascii() else 2) and not bare[0].isdigit() and bare.lower() not in stop


def _without_repeats(terms: Sequence[str], count: int) -> tuple[str, ...]:
    kept: list[str] = []
    used: set[str] = set()
    for term in terms:
        parts = set(term) if is_unspaced(term) else {_stem(part) for part in term.lower().split()}
        if len(term) <= 40 and not parts & used:
            kept.append(term)
            used |= parts
        if len(kept) == count:
            break
    return tuple(kept)


def _stem(word: str) -> str:
    """Enough to tell that "visitor" and "visitors" are one."""
    return word[:6] if len(word) > 6 else word.rstrip("s") or word
