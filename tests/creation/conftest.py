"""A team with templates, small pictures, and a way to do all of a run's work in this process."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import django_rq
import pytest

from apps.creation.models import Run, SourceKind, StepResult, Template
from apps.creation.services.runs import Idea, Wishes, start_run
from apps.creation.services.templates import install_system_templates
from apps.creation.steps import workbench
from apps.events.models import Delivery
from apps.events.services import deliver
from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import run_job
from apps.media.formats import FormatName, FrameSize
from apps.providers.capabilities import Capability
from apps.teams.models import Team

SMALL = {
    FormatName.VERTICAL: FrameSize(180, 320),
    FormatName.WIDE: FrameSize(320, 180),
    FormatName.SQUARE: FrameSize(180, 180),
    FormatName.PORTRAIT: FrameSize(180, 224),
}
STORY = (
    "Bees dance to tell each other where flowers are. The dance was understood in 1927 by Karl von Frisch. "
    "A bee runs in a figure of eight and shakes her body. The angle of the dance shows the direction to the sun. "
    "The longer she shakes, the farther away the flowers are. Other bees follow her in the dark and learn the way. "
    "One hive can visit fifty million flowers in a year."
)


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the built-in voice and composer have made in this session, by request: the same words sound the same."""
    return {"folder": tmp_path_factory.mktemp("spoken")}


@pytest.fixture
def small_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


@pytest.fixture
def quick_sounds(monkeypatch: pytest.MonkeyPatch, spoken: dict[str, Any]) -> None:
    make_quick(monkeypatch, spoken)


def make_small(patch: pytest.MonkeyPatch) -> None:
    """Real videos, a sixth as wide and high."""
    patch.setattr("apps.media.scenes.model.FRAME_SIZES", SMALL)


def make_quick(patch: pytest.MonkeyPatch, spoken: dict[str, Any]) -> None:
    """Ask the real providers for each voice and each music once a session, and hand out copies after that."""
    ask = workbench.providers.generate

    def remembered(capability: Capability, request: Any, *, work_dir: Path, **more: Any) -> Any:
        if capability not in (Capability.VOICE, Capability.MUSIC) or more.get("only"):
            return ask(capability, request, work_dir=work_dir, **more)
        name = f"{capability.value} {request}"
        if name not in spoken:
            outcome = ask(capability, request, work_dir=work_dir, **more)
            kept = spoken["folder"] / f"{len(spoken)}{outcome.answer.path.suffix}"
            shutil.copy(outcome.answer.path, kept)
            spoken[name] = replace(outcome, answer=replace(outcome.answer, path=kept))
        outcome = spoken[name]
        copy = work_dir / outcome.answer.path.name
        shutil.copy(outcome.answer.path, copy)
        return replace(outcome, answer=replace(outcome.answer, path=copy))

    patch.setattr(workbench.providers, "generate", remembered)


@pytest.fixture
def templates(db: None) -> None:
    install_system_templates()


@pytest.fixture
def start(team: Team, templates: None) -> Callable[..., Run]:
    """Start a run from STORY with a template, formats and parts of its spec."""
    return partial(begin, team)


@pytest.fixture
def work_off() -> Callable[[Run], list[str]]:
    return work


def begin(
    team: Team, slug: str = "trending-challenge", *, text: str = STORY, formats: Any = ("9x16",), **spec: Any
) -> Run:
    template = Template.objects.get(team=None, slug=slug)
    wishes = Wishes(formats=formats, spec=spec)
    idea = Idea(SourceKind.TEXT, text=text)
    return start_run(team=team, actor=None, template=template, idea=idea, wishes=wishes)


def work(run: Run, *, most: int = 500) -> list[str]:
    """Do the run's jobs one after the other until none is queued, then hand over events; returns the jobs' titles."""
    titles = []
    for _ in range(most):
        jobs = Job.objects.filter(subject_id=str(run.pk), status=JobStatus.QUEUED)
        job = jobs.order_by("created_at").first()
        if job is None:
            break
        run_job(str(job.pk))
        titles.append(job.title)
    for subscriber, subject_id in Delivery.objects.filter(done_at=None).values_list(
        "subscriber", "subject_id"
    ):
        deliver(subscriber, subject_id)
    run.refresh_from_db()
    django_rq.get_connection("default").flushdb()
    return titles


def made_since(before: set[str]) -> Counter[str]:
    """How many results of each kind were made since."""
    return Counter(StepResult.objects.exclude(key__in=before).values_list("kind", flat=True))


def keys() -> set[str]:
    return set(StepResult.objects.values_list("key", flat=True))
