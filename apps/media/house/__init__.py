"""The house format: what every uploaded video is brought to once, so that afterwards it is copied (docs/media.md)."""

from apps.media.house.fitting import Fit, fit, inside
from apps.media.house.mezzanine import Mezzanine, make_mezzanine
from apps.media.house.timeline import Sprite, best_frame, make_sprite
from apps.media.house.waveform import Waveform, make_waveform

__all__ = [
    "Fit",
    "Mezzanine",
    "Sprite",
    "Waveform",
    "best_frame",
    "fit",
    "inside",
    "make_mezzanine",
    "make_sprite",
    "make_waveform",
]
