"""A run's steps as people see them: in phases, each with how far it is and what went wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.creation.models import Run, SourceKind, Step, StepKind
from apps.jobs.models import JobStatus
from apps.providers.capabilities import Capability

CAPABILITY_OF = {
    StepKind.SCRIPT: Capability.SCRIPT,
    StepKind.METADATA: Capability.SCRIPT,
    StepKind.VOICE: Capability.VOICE,
    StepKind.VISUAL: Capability.VISUAL,
    StepKind.MUSIC: Capability.MUSIC,
}
"""The work for which a person may choose another provider."""

PHASES: tuple[tuple[str, str, frozenset[StepKind]], ...] = (
    ("source", "Article", frozenset({StepKind.SOURCE})),
    ("script", "Script", frozenset({StepKind.SCRIPT, StepKind.METADATA})),
    ("check", "Check", frozenset({StepKind.MODERATION})),
    ("voice", "Voice", frozenset({StepKind.VOICE})),
    ("visual", "Pictures", frozenset({StepKind.VISUAL})),
    ("music", "Music", frozenset({StepKind.MUSIC})),
    ("film", "Film", frozenset({StepKind.SEGMENT})),
    ("sound", "Sound", frozenset({StepKind.SOUND})),
    (
        "finish",
        "Finish",
        frozenset({StepKind.CAPTIONS, StepKind.THUMBNAIL, StepKind.JOIN}),
    ),
)


@dataclass(frozen=True)
class Phase:
    """The steps of one kind of work; none while they can't be named yet."""

    slug: str
    name: str
    steps: tuple[Step, ...]
    running: bool

    @property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def state(self) -> str:
        """waiting, running, done, cached (all of it was there before) or failed."""
        states = {step.state for step in self.steps}
        if "failed" in states:
            return "failed"
        if self.steps and states == {"done"}:
            return "cached" if all(step.reused for step in self.steps) else "done"
        busy = self.running and ("running" in states or "done" in states)
        return "running" if busy else "waiting"

    @property
    def share(self) -> float:
        """How far it is, 0 to 1; a step that runs counts by its job's progress."""
        if not self.steps:
            return 0.0
        return sum(_share(step) for step in self.steps) / len(self.steps)

    @property
    def note(self) -> str:
        """How many of how many, where there are several."""
        return f"{self.done} of {self.total}" if self.total > 1 else ""

    @property
    def seconds(self) -> float | str:
        """Seconds of work once all of it is done here; empty before, and for what was there already."""
        made = [step.result.seconds for step in self.steps if step.result and not step.reused]
        return sum(made) if made and self.state == "done" else ""


def _share(step: Step) -> float:
    if step.state == "done":
        return 1.0
    return step.job.progress if step.job is not None and step.state == "running" else 0.0


def phases_of(run: Run, steps: Sequence[Step]) -> list[Phase]:
    """All phases of a run in order, also those that are still to come."""
    left_out = set()
    if run.source_kind != SourceKind.URL:
        left_out.add("source")
    if not run.spec["sound"]["music"]:
        left_out.add("music")
    return [
        Phase(slug, name, tuple(step for step in steps if step.kind in kinds), run.is_running)
        for slug, name, kinds in PHASES
        if slug not in left_out
    ]


@dataclass(frozen=True)
class Trouble:
    """A step that failed, or is being tried again after it failed."""

    step: Step
    sentence: str
    final: bool

    @property
    def capability(self) -> Capability | None:
        return CAPABILITY_OF.get(StepKind(self.step.kind))


def troubles_of(steps: Iterable[Step]) -> list[Trouble]:
    """What went wrong, once for each job."""
    found: dict[object, Trouble] = {}
    for step in steps:
        job = step.job
        if job is None or not job.error or step.state == "done":
            continue
        final = job.status == JobStatus.DEAD
        if final or job.is_open:
            found.setdefault(job.pk, Trouble(step, job.error, final))
    return list(found.values())


@dataclass(frozen=True)
class Rework:
    """What a change makes again: steps made or still to make since the run was last carried on, and those kept.

    `is_change` is False for a run in its first making, even where it took over steps of earlier runs.
    """

    made: int
    open: tuple[Step, ...]
    kept: int
    planned: bool
    is_change: bool

    @property
    def again(self) -> int:
        return self.made + len(self.open)

    @property
    def total(self) -> int:
        return self.again + self.kept

    @property
    def titles(self) -> list[str]:
        """What is still to be made, each piece of work once."""
        return list(dict.fromkeys(step.title for step in self.open))


def rework_of(run: Run, steps: Sequence[Step]) -> Rework:
    """`planned` is False while the film around a change can't be planned yet: then more steps follow."""
    still = tuple(step for step in steps if step.result is None)
    kept = [step for step in steps if step.result is not None and step.result.created_at < run.started_at]
    return Rework(
        made=len(steps) - len(still) - len(kept),
        open=still,
        kept=len(kept),
        planned=any(step.kind == StepKind.JOIN for step in steps),
        is_change=any(not step.reused for step in kept),
    )
