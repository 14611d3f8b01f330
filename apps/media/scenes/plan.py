"""Cut a row of scenes into segments, and say what decides each segment's pixels."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from apps.media.captions.ass import Event, caption_events, moved, title_events, within
from apps.media.formats import FormatName, FrameSize
from apps.media.scenes.model import CUT, Look, Scene, Shot, Transition
from apps.media.scenes.sources import Clip, Graphic

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

    def events(self, frame: FrameSize) -> tuple[Event, ...]:
        """Captions and titles that are seen in it, in the time of its first scene.

        In a transition the old captions go when the new ones come: they stand in the same place.
        """
        shown = [
            within(_events(shot.scene, self.look, frame), (shot.first, shot.first + shot.frames))
            for shot in self.shots
        ]
        if len(shown) == 1:
            return shown[0]
        first = self.shots[0].first - self.shots[1].first
        following = moved(shown[1], first)
        change = min((event.first for event in following), default=self.shots[0].scene.frames)
        leaving = tuple(
            replace(event, last=min(event.last, change)) for event in shown[0] if event.first < change
        )
        return leaving + following

    def key_parts(self, format_name: FormatName) -> dict[str, object]:
        """Everything that decides the encoded pixels in this format, JSON-able. Source files are read once, for their
        digests, where the sources do not bring them.

        Raises OSError where a source file is missing.
        """
        frame = self.look.sizes[format_name]
        drawn = repr([(event.first, event.last, event.layer, event.text) for event in self.events(frame)])
        watermark = self.look.watermark
        marked = [shot.scene.watermarked for shot in self.shots] if watermark else []
        return {
            "version": SEGMENT_VERSION,
            "frame": str(frame),
            "fps": self.look.fps,
            "encoder": self.look.encoder.key_parts(),
            "shots": [_shot_parts(shot) for shot in self.shots],
            "transition": self.transition.name.value,
            "captions": hashlib.sha256(drawn.encode()).hexdigest(),
            "watermark": {**watermark.key_parts(), "on": marked} if watermark and any(marked) else None,
        }


def _events(scene: Scene, look: Look, frame: FrameSize) -> tuple[Event, ...]:
    if look.captions is None:
        return ()
    titles = (
        title_events(scene.title.text, scene.title.end_s, look.captions, frame, look.fps)
        if scene.title
        else ()
    )
    return titles + caption_events(scene.words, look.captions, frame, look.fps)


def _shot_parts(shot: Shot) -> dict[str, object]:
    """A still's motion depends on how long its scene is; a clip and a graphic only on the frames that are shown."""
    source = shot.scene.source
    total = None if isinstance(source, (Clip, Graphic)) else shot.scene.frames
    return {**source.key_parts(), "first": shot.first, "frames": shot.frames, "total": total}


def scenes_fitted(scenes: Sequence[Scene]) -> tuple[Scene, ...]:
    """The scenes with transitions at most half as long as either neighbour; those below two frames become cuts."""
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
