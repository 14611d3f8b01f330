"""Colour palettes: five roles each, checked for contrast, and the arithmetic of colours that families share."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Palette:
    """Five colours as `#rrggbb`. Raises ValueError for anything else.

    `background` fills the frame, `surface` is its second shade, `foreground` is for text on either, `accent` is for the
    one thing to look at, `secondary` goes with it.
    """

    name: str
    background: str
    surface: str
    foreground: str
    accent: str
    secondary: str

    def __post_init__(self) -> None:
        for role in ("background", "surface", "foreground", "accent", "secondary"):
            colour = str(getattr(self, role)).strip().lower()
            if not _HEX.fullmatch(colour):
                raise ValueError(
                    f"{role} of palette “{self.name}” must be like #1a2b3c, not {getattr(self, role)!r}"
                )
            object.__setattr__(self, role, colour)

    @property
    def is_dark(self) -> bool:
        """True where the background is darker than the text."""
        return luminance(self.background) < luminance(self.foreground)

    def to_json(self) -> dict[str, str]:
        return {
            "name": self.name,
            "background": self.background,
            "surface": self.surface,
            "foreground": self.foreground,
            "accent": self.accent,
            "secondary": self.secondary,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError where a colour is missing, ValueError where it is not a colour."""
        return cls(
            name=str(data["name"]),
            background=str(data["background"]),
            surface=str(data["surface"]),
            foreground=str(data["foreground"]),
            accent=str(data["accent"]),
            secondary=str(data["secondary"]),
        )


def rgb(colour: str) -> tuple[int, int, int]:
    """The three bytes of `#rrggbb`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""

    def linear(byte: int) -> float:
        value = byte / 255
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(byte) for byte in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Near-black or white, whichever reads better on `colour`."""
    return max(("#ffffff", "#0d0d12"), key=lambda ink: contrast(ink, colour))


def readable(palette: Palette) -> Palette:
    """The palette with a foreground that can be read on its background (4.5 : 1), changed only where it must be.

    For palettes that people make of their brand's colours.
    """
    if contrast(palette.foreground, palette.background) >= 4.5:
        return palette
    return Palette(
        palette.name,
        palette.background,
        palette.surface,
        text_on(palette.background),
        palette.accent,
        palette.secondary,
    )


_ALL = (
    Palette("midnight", "#0a0f24", "#1c2c6b", "#f4f7ff", "#56dcff", "#8a63ff"),
    Palette("ember", "#190a0c", "#5a1622", "#fff3ea", "#ff7a45", "#ffc04d"),
    Palette("forest", "#06170f", "#0f4a36", "#f0fff6", "#45d88c", "#e2ef8a"),
    Palette("orchid", "#140920", "#43176e", "#fbf4ff", "#ea7bf8", "#7d70ff"),
    Palette("ocean", "#031a28", "#07506e", "#effbff", "#2fd8c2", "#5aa4ff"),
    Palette("sunset", "#1d0d2b", "#70215f", "#fff5ef", "#ff6f86", "#ffb567"),
    Palette("graphite", "#0f1013", "#30343c", "#fafafa", "#ffd21f", "#97a3b4"),
    Palette("neon", "#07070d", "#24135c", "#ffffff", "#a6fb1f", "#16d9f8"),
    Palette("champagne", "#13100a", "#45371d", "#fff9ea", "#e8bb61", "#c08d62"),
    Palette("cobalt", "#061041", "#1440c4", "#f3f6ff", "#ff7d92", "#5fb4ff"),
    Palette("paper", "#f6f1e6", "#e8d9bf", "#1c1914", "#c1400f", "#0d7268"),
    Palette("blush", "#fff1f2", "#fad3db", "#3a0a1d", "#bd1a5c", "#7a3be0"),
    Palette("arctic", "#eef6fb", "#c9e2f1", "#0a2132", "#0468a0", "#4e48e0"),
)

PALETTES: Mapping[str, Palette] = {palette.name: palette for palette in _ALL}
"""Every palette by name, in the order to show them."""

_FITTING = {
    "warm": ("ember", "sunset", "champagne", "paper"),
    "cold": ("midnight", "ocean", "arctic", "cobalt"),
    "cool": ("midnight", "ocean", "arctic", "cobalt"),
    "bold": ("neon", "cobalt", "ember", "graphite"),
    "vibrant": ("neon", "cobalt", "sunset", "orchid"),
    "energetic": ("neon", "ember", "cobalt", "sunset"),
    "neon": ("neon", "orchid", "midnight"),
    "dark": ("midnight", "graphite", "neon", "ember"),
    "cinematic": ("midnight", "ember", "champagne", "forest"),
    "light": ("paper", "blush", "arctic"),
    "clean": ("arctic", "paper", "ocean", "graphite"),
    "minimal": ("graphite", "paper", "arctic", "champagne"),
    "modern": ("midnight", "cobalt", "graphite", "ocean"),
    "professional": ("midnight", "ocean", "graphite", "arctic"),
    "corporate": ("midnight", "ocean", "graphite", "arctic"),
    "luxury": ("champagne", "graphite", "forest"),
    "elegant": ("champagne", "orchid", "graphite", "blush"),
    "nature": ("forest", "ocean", "paper"),
    "organic": ("forest", "paper", "champagne"),
    "playful": ("blush", "sunset", "cobalt", "orchid"),
    "retro": ("sunset", "orchid", "cobalt", "paper"),
    "tech": ("midnight", "neon", "cobalt", "ocean"),
}


def pick_palette(seed: int, aesthetic: str = "") -> Palette:
    """A palette that suits the words of `aesthetic` ("warm, cinematic"); any dark one where none of them is known."""
    known = [_FITTING[word] for word in re.findall(r"[a-z]+", aesthetic.lower()) if word in _FITTING]
    if known:
        names: tuple[str, ...] = tuple(dict.fromkeys(name for group in known for name in group))
        shared = tuple(name for name in names if all(name in group for group in known))
        names = shared or names
    else:
        names = tuple(palette.name for palette in _ALL if palette.is_dark)
    return PALETTES[random.Random(f"palette {seed}").choice(names)]  # noqa: S311 (a choice, not a secret)
