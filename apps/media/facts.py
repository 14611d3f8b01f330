"""What a platform asks of a file before it takes it; `apps.media.reading` finds it out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

FACTS_VERSION = 1
"""Raised whenever the same bytes would have other facts: what was kept before is read anew."""


@dataclass(frozen=True)
class MediaFacts:
    """A file as a platform sees it. Sides are pixels as shown, `bitrate` is bits a second of the whole file.

    `lufs` is the loudness of the sound, None where there is none or nothing is heard. `index_first` says that an MP4
    plays while it loads. `refusal` is the sentence for a file that nobody can use; then nothing else is known.
    """

    container: str = ""
    size: int = 0
    duration_s: float = 0.0
    width: int = 0
    height: int = 0
    fps: float = 0.0
    variable_rate: bool = False
    video_codec: str = ""
    pix_fmt: str = ""
    audio_codec: str = ""
    sample_rate: int = 0
    lufs: float | None = None
    index_first: bool = True
    refusal: str = ""

    @property
    def bitrate(self) -> float:
        return self.size * 8 / self.duration_s if self.duration_s else 0.0

    @property
    def ratio(self) -> float:
        """Width ÷ height; 0 where there is no picture."""
        return self.width / self.height if self.height else 0.0

    @property
    def has_sound(self) -> bool:
        return bool(self.audio_codec)

    def to_json(self) -> dict[str, Any]:
        return {"version": FACTS_VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Self | None:
        """None where nothing was kept, or by rules that are no longer ours."""
        if not data or data.get("version") != FACTS_VERSION:
            return None
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})
