"""Every family of motion graphics by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.families.aurora import Aurora
from apps.media.graphics.families.big_word import BigWord
from apps.media.graphics.families.bokeh import Bokeh
from apps.media.graphics.families.contours import Contours
from apps.media.graphics.families.facets import Facets
from apps.media.graphics.families.figure import FigureCallout
from apps.media.graphics.families.grid import Grid
from apps.media.graphics.families.halftone import Halftone
from apps.media.graphics.families.orbit import Orbit
from apps.media.graphics.families.plexus import Plexus
from apps.media.graphics.families.rays import Rays
from apps.media.graphics.families.shapes import Shapes
from apps.media.graphics.families.silk import Silk
from apps.media.graphics.families.waves import Waves
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
    make: Callable[[Recipe, FrameSize], Painter]
    needs: Literal["nothing", "words", "figure"] = "nothing"


_ALL = (
    Family(
        "contours",
        "Contours",
        "The height lines of a landscape that breathes",
        frozenset({"nature", "minimal", "clean", "organic", "modern"}),
        Contours,
    ),
    Family(
        "halftone",
        "Halftone",
        "A print raster whose dots swell with passing waves",
        frozenset({"bold", "retro", "playful", "pop", "energetic"}),
        Halftone,
    ),
    Family(
        "grid",
        "Grid",
        "A lit floor that runs to the horizon under a sun",
        frozenset({"retro", "neon", "tech", "bold"}),
        Grid,
    ),
    Family(
        "orbit",
        "Orbit",
        "Fine rings, and a few worlds that travel on them",
        frozenset({"tech", "modern", "professional", "minimal", "science"}),
        Orbit,
    ),
    Family(
        "facets",
        "Facets",
        "A folded surface of triangles that catches the light",
        frozenset({"corporate", "professional", "modern", "bold", "vibrant"}),
        Facets,
    ),
    Family(
        "plexus",
        "Plexus",
        "Points that drift and join hands when they come near",
        frozenset({"tech", "corporate", "professional", "science"}),
        Plexus,
    ),
    Family(
        "aurora",
        "Aurora",
        "Curtains of light over a night sky",
        frozenset({"nature", "calm", "cinematic", "dark", "dreamy"}),
        Aurora,
    ),
    Family(
        "waves",
        "Waves",
        "Layers of rolling colour, the nearest darkest",
        frozenset({"calm", "clean", "nature", "organic", "minimal"}),
        Waves,
    ),
    Family(
        "bokeh",
        "Bokeh",
        "Lights out of focus that rise slowly",
        frozenset({"warm", "dreamy", "cinematic", "elegant", "luxury"}),
        Bokeh,
    ),
    Family(
        "rays",
        "Rays",
        "Beams of light that turn slowly in haze",
        frozenset({"dramatic", "bold", "cinematic", "energetic"}),
        Rays,
    ),
    Family(
        "silk",
        "Silk",
        "Folds of coloured light that flow into each other",
        frozenset({"elegant", "luxury", "modern", "cinematic", "calm"}),
        Silk,
    ),
    Family(
        "shapes",
        "Shapes",
        "Geometric forms of coloured glass that drift and turn",
        frozenset({"playful", "modern", "clean", "bold", "vibrant"}),
        Shapes,
    ),
    Family(
        "big_word",
        "Big word",
        "Key words of the narration as large moving type",
        frozenset({"bold", "energetic", "modern", "typographic"}),
        BigWord,
        "words",
    ),
    Family(
        "figure",
        "Figure",
        "A number from the narration, counted up",
        frozenset({"professional", "corporate", "bold"}),
        FigureCallout,
        "figure",
    ),
)

FAMILIES: Mapping[str, Family] = {family.name: family for family in _ALL}
