"""Many videos from one list: each row is a job that starts its run when there is room and ends with it (JOB-10)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.core.errors import UserError
from apps.creation.errors import CreationError, NoAllowance
from apps.creation.models import Run, RunStatus, SourceKind, Template
from apps.creation.queries import templates_for
from apps.creation.services.runs import Idea, allowance, checked_idea, retry_run, start_run
from apps.jobs.batches import BatchRow, start_batch
from apps.jobs.errors import JobPostponed
from apps.jobs.models import Batch, Job
from apps.jobs.rows import Row
from apps.library.languages import language_choices
from apps.teams.models import Team

COLUMNS = ("topic", "link", "text", "language")
MOST = 200
LOOK_EVERY_S = 15
ROOM_EVERY_S = 30
WHAT = {"topic": SourceKind.TOPIC, "link": SourceKind.URL, "text": SourceKind.TEXT}
FIELDS = {SourceKind.TOPIC: "topic", SourceKind.URL: "url", SourceKind.TEXT: "text"}


@dataclass(frozen=True)
class BadRow:
    """A row that can't become a video, and why."""

    number: int
    shown: str
    error: str


def ideas_of(rows: Sequence[Row], *, language: str) -> tuple[list[Idea], list[BadRow]]:
    """What each row asks for, and every row that is wrong. `language` is for rows that name none."""
    ideas, bad, seen = [], [], set()
    for row in rows:
        try:
            idea = _idea(row, language)
            if idea in seen:
                raise CreationError("The same stands in a row before. Remove one of them.")
        except UserError as error:
            shown = " · ".join(cell for cell in row.cells.values() if cell)[:120]
            bad.append(BadRow(row.number, shown, error.message))
        else:
            seen.add(idea)
            ideas.append(idea)
    return ideas, bad


def _idea(row: Row, language: str) -> Idea:
    if row.error:
        raise CreationError(row.error)
    given = [name for name in WHAT if row.cells.get(name)]
    if not given:
        raise CreationError("Give a topic, a link or a text.")
    if len(given) > 1:
        raise CreationError(f"Give only one of {' and '.join(given)}.")
    spoken = row.cells.get("language") or language
    if spoken and spoken not in dict(language_choices()):
        raise CreationError(
            f"“{spoken[:20]}” is no language that is spoken here. Use a code such as en or de."
        )
    kind = WHAT[given[0]]
    return checked_idea(Idea(kind, language=spoken, **{FIELDS[kind]: row.cells[given[0]]}))


def start_many(
    ideas: Sequence[Idea], *, team: Team, actor: User, template: Template, title: str, batch_id: UUID
) -> Batch:
    """Start one video for each idea, one after the other as far as the team's limits allow.

    Raises NoAllowance where there are more than may be started today; then none is started.
    """
    left = allowance(team).today_left
    if len(ideas) > left and not Batch.objects.in_team(team).filter(pk=batch_id).exists():
        raise NoAllowance(
            f"The list has {len(ideas)} rows, but your team may start {max(0, left)} more videos today."
        )
    rows = [BatchRow({"template_id": str(template.pk), "idea": asdict(idea)}, _title(idea)) for idea in ideas]
    from apps.creation.jobs import make_video

    return start_batch(make_video, team=team, rows=rows, title=title, actor=actor, batch_id=batch_id)


def _title(idea: Idea) -> str:
    return (idea.topic or idea.url or " ".join(idea.text.split()))[:120]


def make_one(job: Job, *, template_id: UUID, idea: dict[str, str]) -> dict[str, Any]:
    """Start the run of this job, whose id it takes, or look how it stands.

    Raises JobPostponed until it is over, and CreationError with its reason where it failed.
    """
    team, actor = job.team, job.batch.made_by if job.batch else None
    if team is None:
        raise CreationError("A video belongs to a team.")
    run = Run.objects.in_team(team).filter(pk=job.pk).first()
    try:
        if run is None:
            run = start_run(
                team=team,
                actor=actor,
                template=_template(team, template_id),
                idea=Idea(**{**idea, "kind": SourceKind(idea["kind"])}),  # type: ignore[arg-type]
                run_id=job.pk,
            )
        elif run.status in (RunStatus.FAILED, RunStatus.CANCELLED) and not job.error:
            run = retry_run(run, actor=actor)  # a person put the job back
    except NoAllowance as full:
        raise JobPostponed(full.message, wait_s=ROOM_EVERY_S) from full
    if run.is_running:
        raise JobPostponed("The video is being made.", wait_s=LOOK_EVERY_S)
    if run.status == RunStatus.FAILED:
        raise CreationError(run.error or "The video could not be made.")
    if run.status == RunStatus.CANCELLED:
        raise CreationError("Making this video was stopped.")
    return {"run_id": str(run.pk)}


def _template(team: Team, template_id: UUID) -> Template:
    template: Template | None = templates_for(team).filter(pk=template_id).first()
    if template is None:
        raise CreationError("The template is no longer there. Start the list again with another one.")
    return template
