"""What creation holds of a person: the videos in the making that they started, with what they wrote for them."""

from collections.abc import Iterator
from typing import Any

from apps.core.personal_data import Part, collects
from apps.creation.models import Run, Scene

FIELDS = (
    "id", "team_id", "title", "source_kind", "source_text", "source_url", "topic", "language", "formats",
    "template_name", "status", "started_at", "finished_at",
)  # fmt: skip


@collects("creation", Run)
def of_person(user: Any) -> Iterator[Part]:
    """Those in teams that the person is in still: what belongs to others is not theirs to take."""
    runs = Run.objects.filter(started_by=user, team__memberships__user=user).order_by("started_at")
    yield Part("runs.json", rows=list(runs.values(*FIELDS)))
    scenes = Scene.objects.filter(run__in=runs).order_by("run_id", "position")
    written = ("run_id", "position", "narration", "caption", "visual_description")
    yield Part("scenes.json", rows=list(scenes.values(*written)))
