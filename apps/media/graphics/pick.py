"""Choosing a family for a scene."""

import random
import re
from collections.abc import Collection, Sequence

from apps.media.graphics.families import FAMILIES, Family
from apps.media.graphics.figures import figure_in
from apps.media.graphics.lettering import can_letter

_WORD_SHARE = 0.25
_LONGEST_WORD = 14


def pick_family(
    seed: int,
    words: Sequence[str],
    aesthetic: str = "",
    exclude: Collection[str] = (),
) -> str:
    """A family that suits the scene, the same for the same arguments; never one of `exclude` while others are left.

    A figure in the words asks for the figure family; short words in a script that can be drawn make large type one
    scene in four (always for a "typographic" aesthetic). Otherwise families that suit the words of `aesthetic` go
    before the rest. Give `exclude` the families of the last few scenes, so that neighbours differ.
    """
    chance = random.Random(f"family {seed}")  # noqa: S311 (a choice, not a secret)
    wanted = set(re.findall(r"[a-z]+", aesthetic.lower()))
    if "figure" not in exclude and figure_in(words) is not None:
        return "figure"
    if (
        "big_word" not in exclude
        and _showable(words)
        and (chance.random() < _WORD_SHARE or wanted & {"typographic", "typography", "kinetic"})
    ):
        return "big_word"
    return chance.choice(_fitting(wanted, exclude)).name


def _fitting(wanted: Collection[str], exclude: Collection[str]) -> list[Family]:
    plain = [family for family in FAMILIES.values() if family.needs == "nothing"]
    left = [family for family in plain if family.name not in exclude] or plain
    return [family for family in left if family.suits & set(wanted)] or left


def _showable(words: Sequence[str]) -> bool:
    return any(can_letter(word) and len(word) <= _LONGEST_WORD for word in words)
