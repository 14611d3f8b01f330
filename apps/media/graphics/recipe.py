"""What a motion graphic is made from: everything that decides its pixels, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from apps.media.graphics.palettes import Palette

REVISION = 1
"""Raised whenever the same recipe would draw other pixels: belongs in the key of whatever is kept of them."""


@dataclass(frozen=True)
class Recipe:
    """A motion graphic of `duration_s` seconds.

    `words` are key words of the narration (only the word families and the figure show them), `energy` is 0 (calm) to 1
    (lively). Raises ValueError where energy or duration lie outside their range.
    """

    family: str
    seed: int
    palette: Palette
    words: tuple[str, ...] = ()
    energy: float = 0.4
    duration_s: float = 5.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.energy <= 1.0:
            raise ValueError(f"energy must lie between 0 and 1, not {self.energy}")
        if not 0.0 < self.duration_s <= 3600.0:
            raise ValueError(f"duration_s must lie between 0 and 3600, not {self.duration_s}")

    def to_json(self) -> dict[str, Any]:
        return {
            "family": self.family,
            "seed": self.seed,
            "palette": self.palette.to_json(),
            "words": list(self.words),
            "energy": self.energy,
            "duration_s": self.duration_s,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError where `data` is not a recipe."""
        return cls(
            family=str(data["family"]),
            seed=int(data["seed"]),
            palette=Palette.from_json(data["palette"]),
            words=tuple(str(word) for word in data.get("words", ())),
            energy=float(data.get("energy", 0.4)),
            duration_s=float(data.get("duration_s", 5.0)),
        )
