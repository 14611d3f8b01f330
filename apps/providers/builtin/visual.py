"""The built-in visual: generated motion graphics in the scene's colours. Nothing is filmed or photographed."""

import re
from collections.abc import Sequence

from apps.media.graphics import FAMILIES, PALETTES, Recipe, pick_family, pick_palette
from apps.media.graphics.figures import figure_in
from apps.providers.adapters import Adapter, Done, Work
from apps.providers.capabilities import Capability, Visual, VisualRequest

LICENCE = "generated here"
CALM, LIVELY = 0.3, 0.75
_LIVELY_WORDS = frozenset("energetic bold vibrant playful pop neon fast dynamic kinetic upbeat loud".split())  # noqa: SIM905
_CALM_WORDS = frozenset("calm minimal clean soft slow gentle elegant dreamy quiet".split())  # noqa: SIM905
WORDS_SHOWN = 3


class BuiltinVisual(Adapter[VisualRequest]):
    """A recipe for a motion graphic that suits the aesthetic and the key words."""

    capability = Capability.VISUAL

    def run(self, request: VisualRequest, work: Work) -> Done:
        words = _words(request)
        palette = PALETTES.get(request.palette) or pick_palette(request.seed, request.aesthetic)
        used = [family for family in request.avoid if family in FAMILIES]
        family = pick_family(request.seed, words, request.aesthetic, used)
        recipe = Recipe(family, request.seed, palette, words, _energy(request.aesthetic), request.duration_s)
        return Done(Visual("graphic", recipe=recipe, licence=LICENCE))


def _words(request: VisualRequest) -> tuple[str, ...]:
    """The key words, with a figure of the description first where it has one that is not just a year."""
    shown: Sequence[str] = request.keywords[:WORDS_SHOWN]
    for sentence in re.split(r"[:;]|(?<=[.!?])\s", request.description):
        figure = figure_in([sentence])
        if figure is not None and not figure.is_year:
            return (f"{figure.shown(figure.value)} {figure.label}".strip(), *shown[: WORDS_SHOWN - 1])
    return tuple(shown)


def _energy(aesthetic: str) -> float:
    """0 (calm) to 1 (lively), from the words of the aesthetic."""
    wanted = set(re.findall(r"[a-z]+", aesthetic.lower()))
    if wanted & _CALM_WORDS:
        return CALM
    return LIVELY if wanted & _LIVELY_WORDS else (CALM + LIVELY) / 2
