"""Rows for the lists that `pages` measures: one team with as many of each kind as asked for, over one year."""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection, models
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.creation.models import Run, RunStatus, Step, Template
from apps.events.models import Event
from apps.jobs.models import Job, JobStatus
from apps.library.models import Asset, AssetKind, StorageUse, StoredFile, Video, VideoStatus, searchable
from apps.library.provenance import Provenance
from apps.providers.models import CostEntry
from apps.teams.models import Membership, Team
from apps.teams.roles import Role

BATCH = 2000
YEAR = timedelta(days=365)
CHANCE = random.Random(7)
ORIGIN = Provenance(provider="showrunner", licence="generated here").to_json()


def fill(total: int) -> Team:
    """Give the team "Measured" rows until it has `total` of each kind, and "Crowd" as many members."""
    team, crowd = (
        Team.objects.get_or_create(name=name, slug=name.lower())[0] for name in ("Measured", "Crowd")
    )
    owner = User.objects.filter(email="owner@example.com").first() or User.objects.create_user(
        "owner@example.com"
    )
    _verified(owner)
    for each in (team, crowd):
        Membership.objects.get_or_create(team=each, user=owner, defaults={"role": Role.OWNER})
    _members(crowd, total)
    for rows in (_videos, _media, _jobs, _events, _audit, _runs, _costs):
        rows(team, total)
    _spread(Video, Asset, Job, Run)
    return team


def _verified(owner: User) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.get_or_create(
        user=owner, email=owner.email, defaults={"verified": True, "primary": True}
    )


def _spread(*kinds: type[models.Model]) -> None:
    """Creation times are set by the model, so they are spread over the year afterwards."""
    with connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(
                f"UPDATE {kind._meta.db_table} SET created_at = now() - random() * interval '365 days'"
            )


def _create(rows: Iterable[models.Model]) -> None:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        type(batch[0])._base_manager.bulk_create(batch)


def _missing(kind: type[models.Model], team: Team, total: int, **facts: Any) -> range:
    """The numbers of the rows that the team lacks."""
    return range(kind._base_manager.filter(team=team, **facts).count(), total)


def _moment() -> datetime:
    return timezone.now() - CHANCE.random() * YEAR


def _members(team: Team, total: int) -> None:
    numbers = _missing(Membership, team, total)
    people = [User(email=f"person{n}@example.com", display_name=f"Person {n}", password="!") for n in numbers]
    _create(people)
    _create(Membership(team=team, user=person, role=Role.EDITOR) for person in people)


def _file(team: Team, number: int, mark: str) -> StoredFile:
    sha256 = f"{number:060x}{ord(mark):04x}"
    return StoredFile(team=team, sha256=sha256, size=1000, path=f"x/{sha256}.mp4", content_type="video/mp4")


def _videos(team: Team, total: int) -> None:
    numbers = _missing(Video, team, total)
    videos = [_video(team, number) for number in numbers]
    _create(videos)
    files = [_file(team, number, "v") for number in numbers]
    _create(files)
    _create(_assets_of(videos, files))
    StorageUse.objects.update_or_create(team=team, defaults={"files": total, "size_bytes": total * 1000})


WORDS = ("harbour", "bread", "lens", "morning", "focus", "coffee", "number one", "travel", "memory", "light")


def _video(team: Team, number: int) -> Video:
    title = f"{CHANCE.choice(WORDS).capitalize()} and {CHANCE.choice(WORDS)}, part {number}"
    tags = [f"t{CHANCE.randrange(200)}", "t3"][: 1 + (number % 9 == 0)]
    status = VideoStatus.FAILED if number % 10 == 9 else VideoStatus.READY
    language = ("en", "de", "ar")[number % 3]
    video = Video(
        team=team, title=title, tags=tags, status=status, language=language, duration_s=CHANCE.uniform(10, 90)
    )
    video.search_text = searchable(video.title, video.description, *tags)
    return video


def _assets_of(videos: list[Video], files: list[StoredFile]) -> Iterator[Asset]:
    """Three formats and a thumbnail for each video."""
    for video, file in zip(videos, files, strict=True):
        for name in ("9x16", "16x9", "1x1"):
            yield Asset(
                team=video.team,
                video=video,
                file=file,
                kind=AssetKind.RENDITION,
                format=name,
                provenance_json=ORIGIN,
            )
        yield Asset(team=video.team, video=video, file=file, kind=AssetKind.THUMBNAIL, provenance_json=ORIGIN)


def _media(team: Team, total: int) -> None:
    numbers = _missing(Asset, team, total, video=None)
    files = [_file(team, number, "m") for number in numbers]
    _create(files)
    _create(
        Asset(team=team, file=file, kind=AssetKind.IMAGE, title=f"Photo {number}", provenance_json=ORIGIN)
        for number, file in zip(numbers, files, strict=True)
    )


def _jobs(team: Team, total: int) -> None:
    _create(
        Job(
            team=team,
            kind="library.remove_files",
            queue="default",
            title=f"Remove files {number}",
            status=JobStatus.DONE if number % 50 else JobStatus.DEAD,
            max_attempts=3,
            attempts=1,
            started_at=_moment(),
            finished_at=timezone.now() - timedelta(hours=number % 800),
            correlation_id="measured",
        )
        for number in _missing(Job, team, total)
    )


def _events(team: Team, total: int) -> None:
    _create(
        Event(
            team=team,
            type="video.edited",
            subject_type="library.Video",
            subject_id=str(number),
            subject_name=f"Video {number}",
            data={"version": 2, "changed": ["title"]},
            correlation_id="measured",
            at=_moment(),
        )
        for number in _missing(Event, team, total)
    )


def _audit(team: Team, total: int) -> None:
    _create(
        AuditRecord(
            chain=str(team.pk),
            number=number + 1,
            team=team,
            actor_name="Person",
            action="video.delete",
            target_type="library.Video",
            target_id=str(number),
            target_name=f"Video {number}",
            correlation_id="measured",
            at=_moment(),
            previous_hash="0" * 64,
            hash="0" * 64,
        )
        for number in _missing(AuditRecord, team, total)
    )


def _runs(team: Team, total: int) -> None:
    template, _ = Template.objects.get_or_create(
        team=team, slug="measured", defaults={"name": "Measured", "spec": {}}
    )
    numbers = _missing(Run, team, total)
    runs = [_run(team, template, number) for number in numbers]
    _create(runs)
    _create(_steps(runs))


def _run(team: Team, template: Template, number: int) -> Run:
    started = _moment()
    return Run(
        team=team,
        template=template,
        template_name="Measured",
        spec={},
        source_kind="topic",
        topic="x",
        formats=["9x16", "16x9"],
        title=f"Run {number}",
        status=RunStatus.DONE if number % 10 else RunStatus.FAILED,
        started_at=started,
        finished_at=started + timedelta(seconds=90),
    )


def _steps(runs: list[Run]) -> Iterator[Step]:
    for run in runs:
        for order, name in enumerate(("script", "captions", "music")):
            yield Step(
                team=run.team,
                run=run,
                kind=name,
                name=name,
                group=name,
                title=name,
                order=order,
                key=name,
                params={},
            )


def _costs(team: Team, total: int) -> None:
    _create(
        CostEntry(
            team=team,
            at=_moment(),
            provider="elevenlabs",
            capability="voice",
            estimate=Decimal("0.01"),
            actual=Decimal("0.012"),
            seconds=1.5,
        )
        for _ in _missing(CostEntry, team, total)
    )
