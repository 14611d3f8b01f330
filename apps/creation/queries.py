"""Reads of creation: what a run's page shows, time left, cost and estimates."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Avg, Prefetch, QuerySet

from apps.creation.models import Run, Scene, Step, StepFile, StepKind, StepResult, Template
from apps.providers.services import cost_of_run
from apps.teams.models import Team

# Seconds that a step takes until the team has its own history; measured on two cores of 2026.
TYPICAL_S = {
    StepKind.SOURCE: 3.0,
    StepKind.SCRIPT: 2.0,
    StepKind.METADATA: 1.0,
    StepKind.MODERATION: 0.3,
    StepKind.VOICE: 4.0,
    StepKind.VISUAL: 1.5,
    StepKind.MUSIC: 3.0,
    StepKind.CAPTIONS: 0.3,
    StepKind.SEGMENT: 4.0,
    StepKind.SOUND: 5.0,
    StepKind.JOIN: 1.5,
    StepKind.THUMBNAIL: 2.0,
}
HISTORY = 300


@dataclass(frozen=True)
class RunProgress:
    """How far a run is. `left_s` is None while the number of scenes is not known."""

    done: int
    total: int
    share: float
    left_s: float | None
    cost: Decimal


@dataclass(frozen=True)
class Storyboard:
    """A scene with what is known of it by now."""

    scene: Scene
    voice: Step | None
    visual: Step | None
    segments: tuple[Step, ...]
    still_id: str | None

    @property
    def state(self) -> str:
        states = {step.state for step in (self.voice, self.visual, *self.segments) if step is not None}
        for state in ("failed", "running", "waiting"):
            if state in states:
                return state
        return "done" if states else "waiting"


def templates_for(team: Team) -> QuerySet[Template]:
    return Template.objects.usable_by(team)


def runs_of(team: Team) -> QuerySet[Run]:
    return Run.objects.in_team(team).select_related("template", "started_by", "video")


def steps_of(run: Run) -> list[Step]:
    """All steps with their results, files and jobs, in order."""
    files = Prefetch("result__files", queryset=StepFile.objects.select_related("file"))
    return list(run.steps.select_related("job", "result", "scene").prefetch_related(files))


def step_seconds(team: Team) -> dict[str, float]:
    """Seconds that each kind of step takes here, from the team's latest results, else the typical ones."""
    latest = StepResult.objects.in_team(team).order_by("-created_at").values("pk")[:HISTORY]
    rows = StepResult.objects.filter(pk__in=latest).values_list("kind").annotate(Avg("seconds"))
    return {kind.value: seconds for kind, seconds in TYPICAL_S.items()} | dict(rows)


def progress_of(run: Run, steps: Sequence[Step]) -> RunProgress:
    seconds = step_seconds(run.team)
    whole = sum(seconds[step.kind] for step in steps)
    done = [step for step in steps if step.state == "done"]
    left = whole - sum(seconds[step.kind] for step in done)
    planned = any(step.kind == StepKind.JOIN for step in steps)
    share = 1 - left / whole if whole else 0.0
    if not planned:
        share *= 0.3  # the film itself is not planned yet
    left_s = left / settings.MEDIA_WORKERS if planned and run.is_running else None
    return RunProgress(len(done), len(steps), share, left_s, cost_of_run(run.team, run.pk))


def storyboard_of(run: Run, steps: Sequence[Step]) -> list[Storyboard]:
    """The scenes in order, each with its steps and its still as soon as that exists."""
    by_scene: dict[str, dict[str, Step]] = defaultdict(dict)
    for step in steps:
        if step.scene_id:
            by_scene[str(step.scene_id)][step.kind] = step
    boards = []
    for scene in run.scenes.select_related("visual_asset"):
        mine = by_scene[str(scene.pk)]
        visual = mine.get(StepKind.VISUAL)
        still = visual.result.file("still").pk if visual is not None and visual.result else None
        boards.append(Storyboard(scene, mine.get(StepKind.VOICE), visual, (), str(still) if still else None))
    return boards
