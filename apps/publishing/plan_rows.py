"""A posting plan as a table: its columns, and what each row says, cell by cell (PUB-12)."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.connections.capabilities import Capability
from apps.connections.models import Connection
from apps.connections.queries import connections
from apps.core.text import RUNS_AS_FORMULA, harmless_cell
from apps.jobs.rows import Row
from apps.library.models import Video, VideoStatus
from apps.publishing import clock, words
from apps.publishing.errors import PublishingError
from apps.publishing.models import HashtagPool, Post, PostKindChoice, PostStatus
from apps.teams.models import Team

COLUMNS = ("date", "time", "channels", "video", "title", "text", "hashtags", "first_comment", "kind")
NEXT = "next"  # in the place of a date: the next free time of the queue
MOST = 500
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")
TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p")
POOL = "pool:"
SEPARATORS = re.compile(r"[;|\n]")


@dataclass(frozen=True)
class PlanRow:
    """A row that a post can be made of. `due_at` is ISO 8601 without a zone, on the team's clock; empty: a draft;
    NEXT: the next free time."""

    number: int
    due_at: str
    channels: list[str]
    video: str
    title: str
    text: str
    hashtags: list[str]
    first_comment: str
    kind: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell, or with the row where `column` is empty."""

    number: int
    column: str
    shown: str
    sentence: str


class _Wrong(Exception):
    """A cell that can't be used, with its sentence."""


@dataclass(frozen=True)
class _Known:
    """What the cells of this team may name."""

    channels: Mapping[str, list[Connection]]
    videos: Mapping[str, list[UUID]]
    pools: Mapping[str, list[str]]
    zone: str
    now: datetime


def read_plan(
    team: Team, rows: Sequence[Row], now: datetime | None = None
) -> tuple[list[PlanRow], list[Fault]]:
    """The rows that are right, and everything that is wrong with the others, cell by cell."""
    known = _known(team, now or timezone.now())
    good: list[PlanRow] = []
    faults: list[Fault] = []
    seen: dict[tuple[Any, ...], int] = {}
    planned = _planned(team, known.now)
    for row in rows:
        found, wrong = _read(row, known)
        sentence = _double(found, seen, planned, known.zone) if found else ""
        if found is not None and sentence:
            wrong = [Fault(row.number, "", found.title, sentence)]
        elif found is not None:
            good.append(found)
        faults += wrong
    return good, faults


def _known(team: Team, now: datetime) -> _Known:
    channels: dict[str, list[Connection]] = {}
    for connection in connections(team, Capability.PUBLISH):
        names = {
            connection.name,
            connection.handle,
            f"{connection.platform}:{connection.name}",
            str(connection.pk),
        }
        for name in names - {""}:
            channels.setdefault(name.casefold(), []).append(connection)
    videos: dict[str, list[UUID]] = {}
    ready = Video.objects.in_team(team).filter(status=VideoStatus.READY, deleted_at=None)
    for pk, title in ready.values_list("pk", "title"):
        for name in (title, str(pk)):
            videos.setdefault(name.strip().casefold(), []).append(pk)
    pools = {pool.name.casefold(): pool.tags for pool in HashtagPool.objects.in_team(team)}
    return _Known(channels, videos, pools, team.time_zone, now)


def _planned(team: Team, now: datetime) -> set[tuple[datetime, str]]:
    """When what goes out already."""
    rows = Post.objects.in_team(team).filter(due_at__gt=now).exclude(status=PostStatus.CANCELLED)
    return {(due_at, title.casefold()) for due_at, title in rows.values_list("due_at", "title")}


def _read(row: Row, known: _Known) -> tuple[PlanRow | None, list[Fault]]:
    """The row, or all that is wrong with it."""
    if row.error:
        return None, [Fault(row.number, "", "", row.error)]
    cells = {name: _cell(row.cells.get(name, "")).strip() for name in COLUMNS}
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column, read in (*_READERS.items(), ("time", _due_at)):
        try:
            values[column] = read(cells, known)
        except (_Wrong, PublishingError) as error:
            faults.append(Fault(row.number, column, cells[column][:80], str(error)))
    if faults:
        return None, faults
    del values["date"]
    values["title"] = values["title"] or cells["video"][: words.TITLE_LENGTH]
    return PlanRow(number=row.number, due_at=values.pop("time"), **values), []


def _cell(text: str) -> str:
    """As it was meant: a spreadsheet's apostrophe before what would run as a formula is no part of it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(RUNS_AS_FORMULA) else text


def _parsed(text: str, formats: Iterable[str]) -> datetime | None:
    for each in formats:
        try:
            return datetime.strptime(text, each)  # noqa: DTZ007 – on the clock of the team's zone
        except ValueError:
            continue
    return None


def _day(cell: str) -> datetime | None:
    found = _parsed(cell, DATES)
    if found is None and cell and cell.casefold() != NEXT:
        raise _Wrong("This is no day. Write it as 2026-12-31, or “next” for the next free time.")
    return found


def _due_at(cells: Mapping[str, str], known: _Known) -> str:
    """When it goes out; its faults stand beside the time, but what is wrong with the day itself."""
    said, at = cells["date"], cells["time"]
    if said.casefold() == NEXT:
        return NEXT
    if not said and not at:
        return ""
    when = _parsed(at, TIMES)
    if at and when is None:
        raise _Wrong("This is no time. Write it as 18:30.")
    if not said:
        raise _Wrong("There is a time, but no day.")
    if when is None:
        raise _Wrong("Write when on that day, such as 18:30.")
    day = _parsed(said, DATES)
    if day is None:
        return ""  # told beside the day
    local = datetime.combine(day.date(), when.time())
    if clock.moment(local, known.zone) <= known.now:
        raise _Wrong("This time has passed.")
    return local.isoformat(timespec="minutes")


def _check_day(cells: Mapping[str, str], known: _Known) -> None:
    _day(cells["date"])


def _channels(cells: Mapping[str, str], known: _Known) -> list[str]:
    found: dict[str, None] = {}
    for name in filter(None, (part.strip() for part in SEPARATORS.split(cells["channels"]))):
        rows = known.channels.get(name.casefold(), [])
        if not rows:
            raise _Wrong(f"There is no channel “{name[:60]}”.")
        if len(rows) > 1:
            choices = ", ".join(f"{row.platform}:{row.name}" for row in rows)
            raise _Wrong(f"Several channels are called “{name[:60]}”. Write one of: {choices}.")
        found[str(rows[0].pk)] = None
    if not found:
        raise _Wrong("Name at least one channel; several with a semicolon between them.")
    return list(found)


def _video(cells: Mapping[str, str], known: _Known) -> str:
    rows = known.videos.get(cells["video"].casefold(), [])
    if not cells["video"]:
        raise _Wrong("Name a finished video of the library.")
    if not rows:
        raise _Wrong(f"There is no finished video “{cells['video'][:60]}” in the library.")
    if len(rows) > 1:
        raise _Wrong("Several videos have this title. Write the id of the one, from its address.")
    return str(rows[0])


def _word(name: str) -> Callable[[Mapping[str, str], _Known], str]:
    def read(cells: Mapping[str, str], known: _Known) -> str:
        return str(words.cleaned({name: cells[name]})[name])

    return read


def _hashtags(cells: Mapping[str, str], known: _Known) -> list[str]:
    """Tags with or without their sign, and whole pools by `pool:name`."""
    text, pools = cells["hashtags"], []
    for name in re.findall(rf"{POOL}([^;|,]+)", text):
        if name.strip().casefold() not in known.pools:
            raise _Wrong(f"There is no pool “{name.strip()[:60]}”.")
        pools.append(known.pools[name.strip().casefold()])
    rest = re.sub(rf"{POOL}[^;|,]+", " ", text)
    own = re.split(r"[\s,;|]+", rest.strip()) if rest.strip() else []
    tags: list[str] = words.cleaned({"hashtags": [*own, *(tag for pool in pools for tag in pool)]})[
        "hashtags"
    ]
    return tags


def _kind(cells: Mapping[str, str], known: _Known) -> str:
    kind = cells["kind"].casefold() or PostKindChoice.VIDEO.value
    if kind not in PostKindChoice.values:
        raise _Wrong("Write video or short.")
    return kind


_READERS: dict[str, Callable[[Mapping[str, str], _Known], Any]] = {
    "date": _check_day,
    "channels": _channels,
    "video": _video,
    "title": _word("title"),
    "text": _word("text"),
    "hashtags": _hashtags,
    "first_comment": _word("first_comment"),
    "kind": _kind,
}


def _double(
    row: PlanRow, seen: dict[tuple[Any, ...], int], planned: set[tuple[datetime, str]], zone: str
) -> str:
    """The sentence about a row that says what another one says, or what is planned already; else empty."""
    key = (row.due_at, tuple(sorted(row.channels)), row.video, row.title.casefold())
    if key in seen and row.due_at != NEXT:
        return f"Row {seen[key]} says the same. Remove one of them."
    seen.setdefault(key, row.number)
    if row.due_at not in ("", NEXT):
        instant = clock.moment(datetime.fromisoformat(row.due_at), zone)
        if (instant, row.title.casefold()) in planned:
            return "A post with this title is planned for this time already."
    return ""


def template_csv(team: Team) -> str:
    """An empty plan with two rows as examples, made of what the team has; marked as UTF-8 for Excel."""
    channel = connections(team, Capability.PUBLISH).first()
    video = Video.objects.in_team(team).filter(status=VideoStatus.READY, deleted_at=None).first()
    name = channel.name if channel else "Name of a channel"
    title = video.title if video else "Title of a video in the library"
    rows = (
        (
            "2030-12-31",
            "18:30",
            name,
            title,
            "A title of its own",
            "What it is about",
            "baking bread",
            "",
            "video",
        ),
        (NEXT, "", name, title, "", "", "", "", "short"),
    )
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([harmless_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def to_json(rows: Iterable[PlanRow | Fault]) -> list[dict[str, Any]]:
    """As they are kept until somebody says yes."""
    return [asdict(row) for row in rows]
