"""The list of runs: what it is narrowed to, and what each of its rows shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from apps.core.addresses import addresses
from apps.creation.models import Run, RunStatus, Step
from apps.creation.queries import runs_of
from apps.library.models import Asset, AssetKind
from apps.teams.models import Team


@dataclass(frozen=True)
class RunFilter:
    """What a list of runs is narrowed to; empty means everything."""

    text: str = ""
    status: str = ""
    template: UUID | None = None


@dataclass(frozen=True)
class RunRow:
    """A run, its address, how far it is, and the address of the picture that stands for it, once there is one."""

    run: Run
    href: str
    done: int
    total: int
    still: str

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 0.0

    @property
    def took_s(self) -> float | None:
        """Seconds from start to end of a finished run."""
        if self.run.status != RunStatus.DONE or self.run.finished_at is None:
            return None
        return (self.run.finished_at - self.run.started_at).total_seconds()


def find_runs(team: Team, wanted: RunFilter, *, order: str = "-created_at") -> QuerySet[Run]:
    """The team's runs that match all of it, without the long texts that a list does not show."""
    found = runs_of(team).defer("source_text", "spec", "seeds")
    if wanted.text:
        found = found.filter(title__icontains=wanted.text)
    if wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.template:
        found = found.filter(template=wanted.template)
    return found.order_by(order, "-pk")


def rows_of(team: Team, runs: Iterable[Run]) -> list[RunRow]:
    """The rows of these runs of the team, by two queries for all of them."""
    page = list(runs)
    counts = {
        row["run"]: (row["done"], row["total"])
        for row in Step.objects.filter(run__in=page)
        .order_by()
        .values("run")
        .annotate(done=Count("result"), total=Count("pk"))
    }
    file, href = (addresses(name, team.slug) for name in ("library:file", "creation:run"))
    stills: dict[UUID | None, str] = {}
    videos = [run.video_id for run in page if run.video_id]
    thumbnails = Asset.objects.filter(video__in=videos, kind=AssetKind.THUMBNAIL)
    for pk, video in thumbnails.order_by("position", "created_at").values_list("pk", "video"):
        stills.setdefault(video, file(pk))
    return [
        RunRow(run, href(run.pk), *counts.get(run.pk, (0, 0)), stills.get(run.video_id, "")) for run in page
    ]


def unfinished_runs(team: Team, *, limit: int = 5) -> list[RunRow]:
    """What is being made or has stopped, the newest first."""
    found = find_runs(team, RunFilter()).filter(status__in=[RunStatus.RUNNING, RunStatus.FAILED])
    return rows_of(team, found[:limit])
