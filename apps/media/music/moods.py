"""What each mood sounds like: mode, pace, harmony and instruments. Data only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Mood:
    """The ingredients of a piece.

    `progressions` hold chord symbols (see theory.chord), one a bar. `figures` are arpeggios: the step of the chord to
    play at each eighth, None for a rest. `energy` 0 to 1 decides how much percussion there is.
    """

    name: str
    mode: str
    tempo_bpm: int
    tonics: tuple[int, ...]
    progressions: tuple[tuple[str, ...], ...]
    figures: tuple[tuple[int | None, ...], ...]
    pad: str
    lead: str
    bass: str
    kit: str
    energy: float
    swing: float = 0.0
    pumping: float = 0.0
    melody: float = 0.5
    brightness: float = 0.5


_FLOWING = ((0, 2, 1, 3, 2, 4, 3, 2), (0, 1, 2, 3, 4, 3, 2, 1), (0, 2, 4, 2, 3, 2, 4, 2))
_SPARSE = (
    (0, None, 2, None, 4, None, 3, None),
    (0, None, None, 2, None, None, 3, None),
    (0, None, 3, None, 2, None, None, None),
)
_SYNCOPATED = (
    (0, None, 2, 3, None, 2, None, 4),
    (0, 2, None, 3, None, 4, 2, None),
    (0, None, 3, None, 2, 4, None, 2),
)
_DRIVING = ((0, 0, 2, 0, 3, 0, 2, 0), (0, 0, 0, 2, 0, 0, 3, 2), (0, 2, 0, 3, 0, 2, 0, 1))

_ALL = (
    Mood(
        "uplifting",
        "major",
        112,
        (0, 2, 5, 7, 9),
        (("1", "5", "6", "4"), ("1add9", "4", "6", "5"), ("6", "4", "1", "5")),
        _FLOWING,
        "warm",
        "pluck",
        "round",
        "pop",
        0.7,
        pumping=0.25,
        brightness=0.65,
    ),
    Mood(
        "inspiring",
        "major",
        100,
        (0, 2, 3, 7, 10),
        (("1", "5sus4", "6", "4add9"), ("4", "1", "5", "6"), ("1add9", "3", "4", "5")),
        _FLOWING,
        "strings",
        "piano",
        "round",
        "soft",
        0.55,
        melody=0.6,
    ),
    Mood(
        "calm",
        "major",
        74,
        (0, 3, 5, 8, 10),
        (("1add9", "6", "47", "5sus4"), ("17", "47", "17", "4add9"), ("47", "37", "2", "1add9")),
        _SPARSE,
        "warm",
        "piano",
        "sub",
        "none",
        0.15,
        melody=0.4,
        brightness=0.35,
    ),
    Mood(
        "playful",
        "major",
        118,
        (0, 5, 7, 9),
        (("1", "6", "2", "5"), ("1", "4", "1", "5"), ("1", "3", "4", "5")),
        _SYNCOPATED,
        "glass",
        "marimba",
        "short",
        "snap",
        0.6,
        swing=0.14,
        melody=0.6,
        brightness=0.6,
    ),
    Mood(
        "energetic",
        "minor",
        124,
        (0, 2, 4, 9, 11),
        (("1", "6", "3", "7"), ("6", "7", "1", "1"), ("1", "3", "7", "4")),
        _DRIVING,
        "warm",
        "pluck",
        "pulse",
        "electro",
        0.9,
        pumping=0.5,
        melody=0.4,
        brightness=0.8,
    ),
    Mood(
        "dramatic",
        "minor",
        88,
        (0, 2, 4, 7),
        (("1", "6", "3", "7"), ("1", "4", "6", "5M"), ("1", "6", "4", "5M")),
        _DRIVING,
        "strings",
        "spiccato",
        "sub",
        "cinematic",
        0.65,
        melody=0.35,
        brightness=0.5,
    ),
    Mood(
        "tense",
        "phrygian",
        96,
        (0, 2, 4, 11),
        (("1", "1", "2", "1"), ("15", "6", "2", "15"), ("1", "2", "1", "7")),
        _DRIVING,
        "glass",
        "spiccato",
        "pulse",
        "ticking",
        0.5,
        melody=0.15,
        brightness=0.4,
    ),
    Mood(
        "melancholic",
        "minor",
        72,
        (0, 2, 4, 9),
        (("1add9", "6", "3", "7"), ("1", "4", "6", "5"), ("6", "7", "1", "1add9")),
        _SPARSE,
        "strings",
        "piano",
        "sub",
        "none",
        0.2,
        melody=0.55,
        brightness=0.35,
    ),
    Mood(
        "chill",
        "dorian",
        82,
        (0, 2, 5, 7, 9),
        (("17", "4", "17", "37"), ("47", "37", "27", "17"), ("17", "27", "37", "27")),
        _SYNCOPATED,
        "warm",
        "keys",
        "round",
        "lofi",
        0.45,
        swing=0.18,
        melody=0.35,
        brightness=0.35,
    ),
    Mood(
        "mysterious",
        "dorian",
        80,
        (1, 2, 4, 6),
        (("1add9", "4", "1", "7"), ("1", "2m", "1", "4"), ("15", "7", "4", "1")),
        _SPARSE,
        "glass",
        "bell",
        "sub",
        "ticking",
        0.3,
        melody=0.45,
        brightness=0.45,
    ),
)

MOODS: Mapping[str, Mood] = {mood.name: mood for mood in _ALL}

_ALSO = {
    "happy": "uplifting",
    "upbeat": "uplifting",
    "cheerful": "uplifting",
    "positive": "uplifting",
    "joyful": "uplifting",
    "bright": "uplifting",
    "optimistic": "uplifting",
    "motivational": "inspiring",
    "inspirational": "inspiring",
    "hopeful": "inspiring",
    "corporate": "inspiring",
    "emotional": "inspiring",
    "warm": "inspiring",
    "informative": "inspiring",
    "professional": "inspiring",
    "relaxed": "calm",
    "relaxing": "calm",
    "peaceful": "calm",
    "ambient": "calm",
    "soft": "calm",
    "gentle": "calm",
    "neutral": "calm",
    "fun": "playful",
    "quirky": "playful",
    "funny": "playful",
    "light": "playful",
    "whimsical": "playful",
    "driving": "energetic",
    "exciting": "energetic",
    "hype": "energetic",
    "intense": "energetic",
    "powerful": "energetic",
    "trending": "energetic",
    "epic": "dramatic",
    "cinematic": "dramatic",
    "heroic": "dramatic",
    "serious": "dramatic",
    "suspense": "tense",
    "suspenseful": "tense",
    "dark": "tense",
    "urgent": "tense",
    "scary": "tense",
    "sad": "melancholic",
    "nostalgic": "melancholic",
    "reflective": "melancholic",
    "somber": "melancholic",
    "lofi": "chill",
    "cool": "chill",
    "groovy": "chill",
    "curious": "mysterious",
    "mystery": "mysterious",
    "magical": "mysterious",
    "dreamy": "mysterious",
}

_GENRES: Mapping[str, Mapping[str, object]] = {
    "ambient": {"kit": "none", "figures": _SPARSE, "pad": "warm", "bass": "sub", "pumping": 0.0},
    "electronic": {"kit": "electro", "lead": "pluck", "bass": "pulse", "pumping": 0.45},
    "pop": {"kit": "pop", "lead": "pluck", "bass": "round"},
    "cinematic": {"kit": "cinematic", "pad": "strings", "bass": "sub", "pumping": 0.0},
    "orchestral": {"kit": "cinematic", "pad": "strings", "lead": "spiccato", "bass": "sub", "pumping": 0.0},
    "piano": {"kit": "none", "lead": "piano", "pumping": 0.0},
    "acoustic": {"kit": "soft", "lead": "guitar", "pad": "strings", "bass": "round", "pumping": 0.0},
    "folk": {"kit": "snap", "lead": "guitar", "pad": "strings", "bass": "round", "pumping": 0.0},
    "lofi": {"kit": "lofi", "lead": "keys", "swing": 0.18, "bass": "round", "pumping": 0.0},
    "corporate": {"kit": "soft", "lead": "piano"},
}

GENRES = tuple(_GENRES)


def _words(text: str) -> list[str]:
    words: list[str] = re.findall(r"[a-z]+", text.lower().replace("lo-fi", "lofi"))
    return words


def mood_named(text: str, default: str = "inspiring") -> str:
    """The mood that a word or phrase ("upbeat, modern") asks for; `default` where none of its words is known."""
    for word in _words(text):
        if word in MOODS:
            return word
        if word in _ALSO:
            return _ALSO[word]
    return default


def flavoured(mood: Mood, genre: str | None) -> Mood:
    """The mood with a genre's instruments; unchanged for a genre that is not known."""
    for word in _words(genre or ""):
        if word in _GENRES:
            return replace(mood, **_GENRES[word])  # type: ignore[arg-type]
    return mood
