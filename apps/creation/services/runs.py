"""Starting, cancelling and retrying runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core import http
from apps.core.ids import new_id
from apps.creation import events, flags
from apps.creation.errors import CreationError, NoAllowance
from apps.creation.models import Run, RunStatus, SourceKind, Template
from apps.creation.queries import estimate_start
from apps.creation.services.making import advance
from apps.creation.template_spec import TemplateSpec, read_spec
from apps.events.services import record
from apps.jobs.services import cancel_subject
from apps.library.models import Asset
from apps.library.services import create_video, mark_failed, mark_making
from apps.media.formats import FormatName
from apps.providers.text import clean
from apps.teams.models import Team

LONGEST_TEXT = 200_000
LONGEST_TOPIC = 300


@dataclass(frozen=True)
class Idea:
    """What a person starts from: exactly one of text, link and topic, and the language where it is known."""

    kind: SourceKind
    text: str = ""
    url: str = ""
    topic: str = ""
    language: str = ""


@dataclass(frozen=True)
class Wishes:
    """This run's own wishes over its template: formats, parts of the spec, providers by capability, own music."""

    formats: Sequence[str] = ()
    spec: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    music_asset: Asset | None = None


@dataclass(frozen=True)
class Allowance:
    """How many runs a team may still start today, and at this moment (GEN-19)."""

    today_left: int
    today_limit: int
    at_once_left: int
    at_once_limit: int
    paused: bool = False

    @property
    def reason(self) -> str:
        """Why nothing can be started now, empty where it can."""
        if self.paused:
            return "The operators have paused the making of videos. Try again later."
        if self.today_left <= 0:
            return (
                f"Your team has started {self.today_limit} videos in the last 24 hours, which is its limit."
            )
        if self.at_once_left <= 0:
            many = f"{self.at_once_limit} videos are" if self.at_once_limit != 1 else "One video is"
            return f"{many} in the making, which is your team's limit. Wait for one to end."
        return ""


def allowance(team: Team) -> Allowance:
    runs = Run.objects.in_team(team)
    today = runs.filter(created_at__gt=timezone.now() - timedelta(days=1)).count()
    running = runs.filter(status=RunStatus.RUNNING).count()
    per_day, at_once = flags.RUNS_PER_DAY.value(team), flags.RUNS_AT_ONCE.value(team)
    return Allowance(
        today_left=per_day - today,
        today_limit=per_day,
        at_once_left=at_once - running,
        at_once_limit=at_once,
        paused=not flags.NEW_RUNS.is_on(team),
    )


@transaction.atomic
def start_run(
    *,
    team: Team,
    actor: User | None,
    template: Template,
    idea: Idea,
    wishes: Wishes | None = None,
    run_id: UUID | None = None,
) -> Run:
    """Start making a video. Raises CreationError beside the field that is wrong; then nothing was started.

    Raises NoAllowance where the team's limits are reached. `run_id` is the run's id, where it is known before.
    """
    wishes = wishes or Wishes()
    idea = checked_idea(idea)
    _lock_allowance(team)
    spec = with_wishes(template, wishes.spec)
    formats = checked_formats(wishes.formats or [name.value for name in spec.look.formats])
    expected = estimate_start(team, spec, formats, words=len(idea.text.split()))
    run = Run.objects.create(
        pk=run_id or new_id(),
        team=team,
        template=template,
        template_name=template.name,
        spec=spec.to_json(),
        source_kind=idea.kind,
        source_text=idea.text,
        source_url=idea.url,
        topic=idea.topic,
        language=idea.language,
        formats=formats,
        providers=dict(wishes.providers),
        music_asset=wishes.music_asset,
        title=_working_title(idea),
        started_by=actor,
        estimated_s=expected.work_s,
        estimated_cost=expected.cost,
        started_at=timezone.now(),
    )
    run.video = create_video(team=team, title=run.title, author=actor, run_ref=run.pk, language=idea.language)
    mark_making(run.video)
    run.save(update_fields=["video"])
    data = events.RunStarted(template=template.name, formats=formats)
    record(events.RUN_STARTED, team=team, subject=run, data=data, actor=actor)
    return advance(run.pk)


def with_wishes(template: Template, changes: Mapping[str, Mapping[str, Any]]) -> TemplateSpec:
    """The template's spec with single settings replaced; validated as a whole."""
    merged = {part: {**values, **changes.get(part, {})} for part, values in template.spec.items()}
    return read_spec(merged)


def checked_formats(names: Sequence[str]) -> list[str]:
    known = [name.value for name in FormatName]
    chosen = list(dict.fromkeys(names))
    if not chosen:
        raise CreationError("Choose at least one format.", field="formats")
    if unknown := [name for name in chosen if name not in known]:
        raise CreationError(
            f"There is no format {unknown[0]}. Choose from {', '.join(known)}.", field="formats"
        )
    return sorted(chosen, key=known.index)


def checked_idea(idea: Idea) -> Idea:
    """The idea, cleaned. Raises CreationError beside the field that is missing, too long or unreadable."""
    if idea.kind == SourceKind.TOPIC:
        topic = clean(idea.topic).strip()
        if not topic:
            raise CreationError("Say in a few words what the video is about.", field="topic")
        if len(topic) > LONGEST_TOPIC:
            raise CreationError(
                f"A topic has at most {LONGEST_TOPIC} characters. Paste longer words as a text.",
                field="topic",
            )
        return Idea(idea.kind, topic=topic, language=idea.language)
    if idea.kind == SourceKind.URL:
        return Idea(idea.kind, url=_checked_link(idea.url.strip()), language=idea.language)
    if len(idea.text) > LONGEST_TEXT:
        raise CreationError(
            f"The text has {len(idea.text):,} characters; {LONGEST_TEXT:,} are allowed. Paste the part that counts.",
            field="text",
        )
    if not any(sign.isalnum() for sign in clean(idea.text)):
        missing = "Paste the text that the video is to be made of."
        wordless = "There are no words in this text that could be read aloud. Paste some."
        raise CreationError(wordless if idea.text.strip() else missing, field="text")
    return Idea(idea.kind, text=clean(idea.text), language=idea.language)


def _checked_link(url: str) -> str:
    """The link, as far as can be seen without calling it. Raises CreationError beside the field."""
    wrong = "Give a whole link that starts with https://."
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise CreationError(wrong, field="url") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CreationError(wrong, field="url")
    try:
        return http.check_public(url)
    except http.AddressRefused as refused:
        raise CreationError(refused.message, field="url") from refused


def _working_title(idea: Idea) -> str:
    if idea.kind == SourceKind.URL:
        return f"Article of {urlsplit(idea.url).hostname}"[:200]
    words = clean(idea.topic or idea.text[:2000]).split()
    return " ".join(words[:12])[:120] or "New video"


def _lock_allowance(team: Team) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", [str(team.pk)])
    if reason := allowance(team).reason:
        raise NoAllowance(reason)


@transaction.atomic
def cancel_run(run: Run, *, actor: User) -> Run:
    """Stop making this video. What was made is kept, so that it can go on later."""
    locked = lock_run(run)
    if not locked.is_running:
        raise CreationError("This video is not being made at the moment.")
    cancel_subject(locked)
    locked.status, locked.finished_at = RunStatus.CANCELLED, timezone.now()
    locked.save(update_fields=["status", "finished_at", "updated_at"])
    if locked.video is not None:
        mark_failed(locked.video)
    seconds = (locked.finished_at - locked.started_at).total_seconds()
    record(
        events.RUN_CANCELLED,
        team=locked.team,
        subject=locked,
        data=events.RunEnded(seconds=seconds),
        actor=actor,
    )
    return locked


@transaction.atomic
def retry_run(run: Run, *, actor: User | None) -> Run:
    """Go on from the last good step of a run that failed or was cancelled (GEN-10)."""
    locked = lock_run(run)
    if locked.status not in (RunStatus.FAILED, RunStatus.CANCELLED):
        raise CreationError("Only a run that stopped can be tried again.")
    return go_on(locked, actor=actor, what="retry")


def go_on(run: Run, *, actor: User | None, what: str) -> Run:
    """Make what the run's present settings ask for; what is kept is taken. Call with the run locked."""
    if not run.is_running:
        _lock_allowance(run.team)
        run.status, run.error = RunStatus.RUNNING, ""
        run.started_at, run.finished_at = timezone.now(), None
        if run.video is not None:
            mark_making(run.video)
    run.save()
    record(events.RUN_CHANGED, team=run.team, subject=run, data=events.RunChanged(what=what), actor=actor)
    return advance(run.pk)


def lock_run(run: Run) -> Run:
    """The run as it is now, held until the transaction ends."""
    return Run.objects.select_for_update(of=("self",)).select_related("team", "video").get(pk=run.pk)
