"""Cut a row of scenes into segments, and say what decides each segment's pixels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from apps.media.formats import FormatName
from apps.media.scenes.model import CUT, Look, Scene, Shot, Transition

SEGMENT_VERSION = 1
"""Raised whenever the same segment would be drawn or encoded differently: part of every segment's key."""


@dataclass(frozen=True)
class Segment:
    """A stretch of the picture that is rendered by itself: the body of one scene, or the transition between two.

    `scene` is the position of its (first) scene in the row, for names and progress; it is not part of the key.
    """

    shots: tuple[Shot, ...]
    look: Look
    scene: int
    transition: Transition = CUT

    @property
    def frames(self) -> int:
        """Its length in frames."""
        return self.shots[0].frames

    @property
    def kind(self) -> str:
        """`body` or `transition`."""
        return "transition" if len(self.shots) == 2 else "body"

    def key_parts(self, format_name: FormatName) -> dict[str, object]:
        """Everything that decides the encoded pixels in this format, JSON-able. Reads the source files' digests once.

        Raises OSError where a source file is missing.
        """
        raise NotImplementedError


def scenes_fitted(scenes: Sequence[Scene]) -> tuple[Scene, ...]:
    """The scenes with transitions no longer than half of either neighbour; those shorter than two frames become cuts."""
    fitted = []
    for scene, following in pairwise(scenes):
        frames = min(scene.transition.frames, scene.frames // 2, following.frames // 2)
        transition = CUT if frames < 2 else replace(scene.transition, frames=frames)
        fitted.append(scene if transition == scene.transition else replace(scene, transition=transition))
    return (*fitted, *(replace(scene, transition=CUT) for scene in scenes[-1:]))


def scene_starts(scenes: Sequence[Scene]) -> tuple[int, ...]:
    """The frame on the whole timeline at which each scene starts (is first seen)."""
    starts, at = [], 0
    for scene in scenes_fitted(scenes):
        starts.append(at)
        at += scene.frames - scene.transition.frames
    return tuple(starts)


def total_frames(scenes: Sequence[Scene]) -> int:
    """Length of the whole picture in frames: the scenes' lengths without their overlaps."""
    return sum(scene.frames - scene.transition.frames for scene in scenes_fitted(scenes))


def plan_segments(scenes: Sequence[Scene], look: Look) -> tuple[Segment, ...]:
    """The segments of the picture in order; their frames add up to `total_frames(scenes)`."""
    fitted = scenes_fitted(scenes)
    segments: list[Segment] = []
    before = 0
    for position, scene in enumerate(fitted):
        after = scene.transition.frames
        if body := scene.frames - before - after:
            segments.append(Segment((Shot(scene, before, body),), look, position))
        if after:
            shots = (Shot(scene, scene.frames - after, after), Shot(fitted[position + 1], 0, after))
            segments.append(Segment(shots, look, position, scene.transition))
        before = after
    return tuple(segments)
