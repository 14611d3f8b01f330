"""From scenes to a finished picture: planned as segments, rendered apart with equal settings, joined by copy."""

from apps.media.scenes.join import join
from apps.media.scenes.model import (
    CUT,
    Corner,
    Look,
    Scene,
    Shot,
    Title,
    Transition,
    TransitionName,
    Watermark,
)
from apps.media.scenes.plan import (
    SEGMENT_VERSION,
    Segment,
    plan_segments,
    scene_starts,
    scenes_fitted,
    total_frames,
)
from apps.media.scenes.render import render_segment, render_segments
from apps.media.scenes.sources import Clip, Graphic, Motion, Source, Still

__all__ = [
    "CUT",
    "SEGMENT_VERSION",
    "Clip",
    "Corner",
    "Graphic",
    "Look",
    "Motion",
    "Scene",
    "Segment",
    "Shot",
    "Source",
    "Still",
    "Title",
    "Transition",
    "TransitionName",
    "Watermark",
    "join",
    "plan_segments",
    "render_segment",
    "render_segments",
    "scene_starts",
    "scenes_fitted",
    "total_frames",
]
