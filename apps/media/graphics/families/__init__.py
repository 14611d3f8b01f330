"""Every family of motion graphics by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from apps.media.graphics.canvas import Canvas, Size
from apps.media.graphics.families.silk import Silk
from apps.media.graphics.recipe import Recipe


class Painter(Protocol):
    """Paints the frame at `t` seconds: the same for the same `t`, whatever was painted before."""

    def paint(self, canvas: Canvas, t: float) -> None: ...


@dataclass(frozen=True)
class Family:
    """A kind of motion graphic. `needs` says what it must be given to make sense: nothing, words, or a figure."""

    name: str
    title: str
    summary: str
    suits: frozenset[str]
    make: Callable[[Recipe, Size], Painter]
    needs: Literal["nothing", "words", "figure"] = "nothing"


_ALL = (
    Family("silk", "Silk", "Folds of coloured light that flow into each other",
           frozenset({"elegant", "luxury", "modern", "cinematic", "calm"}), Silk),
)

FAMILIES: Mapping[str, Family] = {family.name: family for family in _ALL}
