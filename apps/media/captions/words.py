"""A spoken word and when it is spoken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Word:
    """One word as written in the narration (with its punctuation) and its times in seconds. Raises ValueError where it
    ends before it starts."""

    text: str
    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not 0 <= self.start_s <= self.end_s:
            raise ValueError(f"“{self.text}” cannot be spoken from {self.start_s} s to {self.end_s} s")

    def shifted(self, by_s: float) -> Self:
        """The same word `by_s` seconds later."""
        return type(self)(self.text, max(0.0, self.start_s + by_s), max(0.0, self.end_s + by_s))

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "start_s": self.start_s, "end_s": self.end_s}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError where `data` is not a word."""
        return cls(str(data["text"]), float(data["start_s"]), float(data["end_s"]))
