"""What a scene shows: a clip, a still in motion, or a generated graphic."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

from apps.media.graphics.recipe import REVISION, Recipe


class Motion(StrEnum):
    """How a still moves while it is shown."""

    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    PAN_UP = "pan_up"
    PAN_DOWN = "pan_down"
    NONE = "none"


@dataclass(frozen=True)
class Clip:
    """A video file from `in_s` seconds on; it starts again from there where it is shorter than its scene.

    Any codec, size, rotation and frame rate; its sound is not used. `digest` is the SHA-256 of the file where the
    caller knows it already.
    """

    path: Path
    in_s: float = 0.0
    digest: str = ""

    def key_parts(self) -> dict[str, object]:
        return {"kind": "clip", "file": self.digest or file_sha256(self.path), "in_s": round(self.in_s, 6)}


@dataclass(frozen=True)
class Still:
    """A picture file, covering the frame, in slow motion. `digest` as for Clip."""

    path: Path
    motion: Motion = Motion.ZOOM_IN
    digest: str = ""

    def key_parts(self) -> dict[str, object]:
        return {"kind": "still", "file": self.digest or file_sha256(self.path), "motion": self.motion.value}


@dataclass(frozen=True)
class Graphic:
    """A generated motion graphic, drawn for each format in its own size."""

    recipe: Recipe

    def key_parts(self) -> dict[str, object]:
        return {"kind": "graphic", "recipe": self.recipe.to_json(), "revision": REVISION}


Source = Clip | Still | Graphic


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in hex; read once for each path, size and time of change. Raises OSError if it is missing."""
    facts = path.stat()
    return _sha256(str(path), facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=4096)
def _sha256(path: str, size: int, changed_ns: int) -> str:
    with Path(path).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
