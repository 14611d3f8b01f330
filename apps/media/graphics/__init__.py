"""Generated motion graphics: pure functions from a recipe to frames.

`Recipe` holds all that decides the pixels; `render_frames` yields them in any size; `poster` is one still.
"""

from apps.media.graphics.errors import UnknownFamily
from apps.media.graphics.families import FAMILIES, Family
from apps.media.graphics.palettes import PALETTES, Palette, contrast, pick_palette, readable, text_on
from apps.media.graphics.pick import pick_family
from apps.media.graphics.recipe import REVISION, Recipe
from apps.media.graphics.render import frame_input, picture, poster, render_frames
from apps.media.graphics.stage import LOOP_S

__all__ = [
    "FAMILIES",
    "LOOP_S",
    "PALETTES",
    "REVISION",
    "Family",
    "Palette",
    "Recipe",
    "UnknownFamily",
    "contrast",
    "frame_input",
    "pick_family",
    "pick_palette",
    "picture",
    "poster",
    "readable",
    "render_frames",
    "text_on",
]
