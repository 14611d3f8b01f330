"""Reads of creation: what a run's page shows, time left, cost and estimates."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Avg, Prefetch, QuerySet

from apps.creation.models import Run, Scene, Step, StepFile, StepKind, StepResult, Template
from apps.creation.planner import WORDS_PER_S
from apps.creation.template_spec import TemplateSpec
from apps.providers.capabilities import (
    Capability,
    MusicRequest,
    Request,
    ScriptRequest,
    VisualRequest,
    VoiceRequest,
)
from apps.providers.services import cost_of_run, estimate
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


@dataclass(frozen=True)
class StartEstimate:
    """What a video will take, before it is started: work in seconds, length of the film, and money."""

    work_s: float
    film_s: float
    cost: Decimal
    currency: str


Price = Callable[[Capability, Request], Decimal]


def estimate_start(
    team: Team, spec: TemplateSpec, formats: Sequence[str], *, words: int, price: Price | None = None
) -> StartEstimate:
    """About how long making a video takes and what it costs.

    `words` is the source's length, 0 for a topic; `price` says what a request costs, by default with the provider
    that the team would ask first.
    """
    price = price or (lambda capability, request: estimate(capability, request, team).amount)
    middle_s = (spec.structure.min_s + spec.structure.max_s) / 2
    spoken_s = words / (WORDS_PER_S * spec.sound.speed) if words else middle_s
    film_s = min(max(spoken_s, spec.structure.min_s), middle_s)
    scenes = max(spec.structure.min_scenes, min(spec.structure.max_scenes, round(film_s / 6)))
    seconds = step_seconds(team)
    alone = (StepKind.SCRIPT, StepKind.METADATA, StepKind.MUSIC, StepKind.CAPTIONS, StepKind.SOUND)
    each = (StepKind.MODERATION, StepKind.VOICE, StepKind.VISUAL)
    work_s = sum(seconds[kind] for kind in alone) + seconds[StepKind.THUMBNAIL]
    work_s += scenes * sum(seconds[kind] for kind in each) / settings.MEDIA_WORKERS
    segments = (2 * scenes - 1) if spec.look.transition_s else scenes
    work_s += len(formats) * (
        segments * seconds[StepKind.SEGMENT] / settings.MEDIA_WORKERS + seconds[StepKind.JOIN]
    )
    return StartEstimate(work_s, film_s, _provider_cost(price, spec, scenes, film_s), "USD")


def _provider_cost(price: Price, spec: TemplateSpec, scenes: int, film_s: float) -> Decimal:
    """What the providers take for a video like this."""
    words = " ".join(["words"] * round(film_s * WORDS_PER_S / scenes))
    brief = spec.brief("")
    length = spec.structure
    script = ScriptRequest(words * scenes, "", "", brief, "en", length.min_s, length.max_s)
    voice = VoiceRequest(words, "en", spec.sound.voice, spec.sound.speed)
    visual = VisualRequest(words, (), "en", "portrait", film_s / scenes, spec.look.palette)
    music = MusicRequest(spec.sound.mood, spec.sound.genre, spec.sound.tempo, film_s)
    total = price(Capability.SCRIPT, script)
    total += scenes * price(Capability.VOICE, voice)
    total += scenes * price(Capability.VISUAL, visual)
    if spec.sound.music:
        total += price(Capability.MUSIC, music)
    return total
