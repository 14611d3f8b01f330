"""The chapters of a video, one a scene."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Chapter:
    """A named part of a video that starts at `start_s` seconds."""

    start_s: float
    title: str

    def to_json(self) -> dict[str, Any]:
        return {"start_s": self.start_s, "title": self.title}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(float(data["start_s"]), str(data["title"]))
