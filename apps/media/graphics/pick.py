"""Choosing a family for a scene."""

import random
import re
from collections.abc import Collection, Sequence

from apps.media.graphics.families import FAMILIES


def pick_family(
    seed: int, words: Sequence[str], aesthetic: str = "", exclude: Collection[str] = (),
) -> str:
    """A family that suits the scene, the same for the same arguments; never one of `exclude` while others are left.

    Give `exclude` the families of the last few scenes, so that neighbours differ.
    """
    fitting = [family for family in FAMILIES.values() if family.needs == "nothing"]
    left = [family for family in fitting if family.name not in exclude] or fitting
    wanted = set(re.findall(r"[a-z]+", aesthetic.lower()))
    suited = [family for family in left if family.suits & wanted]
    return random.Random(f"family {seed}").choice(suited or left).name
