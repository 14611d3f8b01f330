"""Storing files: the same bytes once for each team, whole or not at all (LIB-09)."""

from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import F

from apps.library import blobs
from apps.library.errors import LibraryError
from apps.library.models import Asset, AssetKind, StorageUse, StoredFile, Video
from apps.library.provenance import Provenance
from apps.media.facts import MediaFacts
from apps.media.reading import facts_of
from apps.teams.models import Team


class AssetFacts(TypedDict, total=False):
    """What may be known of a file. Sizes in pixels as shown; `format` is a picture format such as 9x16."""

    width: int | None
    height: int | None
    duration_s: float | None
    fps: float | None
    language: str
    format: str
    position: int
    poster: Asset | None


def store_file(
    *,
    team: Team,
    path: Path,
    kind: AssetKind | str,
    provenance: Provenance,
    video: Video | None = None,
    title: str = "",
    move: bool = False,
    **facts: Unpack[AssetFacts],
) -> Asset:
    """Keep the file at `path` and return a new asset for it.

    Bytes that the team already has are not kept again. With `move` the file at `path` is taken over: it is gone
    once the transaction has committed, and must not be written to any more. Best called outside of a transaction,
    since the bytes stay locked against other stores of the same ones until it ends.

    Raises StorageFull (try again later; nothing was kept), LibraryError for an empty file, FileNotFoundError.
    """
    if video is not None and video.team_id != team.pk:
        raise ValueError("the video belongs to another team")
    with blobs.incoming(path, move=move) as found, transaction.atomic():
        if not found.size:
            raise LibraryError("This file is empty. Choose another one.")
        asset = Asset.objects.create(
            team=team,
            kind=AssetKind(kind),
            file=_stored(team, found, path.suffix),
            video=video,
            title=title[:200],
            provenance_json=provenance.to_json(),
            **facts,
        )
        if move:
            transaction.on_commit(lambda: _forget(path))
    return asset


def store_incoming(
    *,
    team: Team,
    found: blobs.Incoming,
    suffix: str,
    kind: AssetKind,
    provenance: Provenance,
    video: Video,
    title: str = "",
    **facts: Unpack[AssetFacts],
) -> Asset:
    """An asset of bytes whose checksum is known, within the caller's transaction; they stay where they came in, too."""
    return Asset.objects.create(
        team=team,
        kind=kind,
        file=_stored(team, found, suffix),
        video=video,
        title=title[:200],
        provenance_json=provenance.to_json(),
        **facts,
    )


def keep_file(*, team: Team, path: Path, move: bool = False) -> StoredFile:
    """Keep the bytes at `path` without a meaning of their own, for another app's row; rules as for store_file."""
    with blobs.incoming(path, move=move) as found, transaction.atomic():
        if not found.size:
            raise LibraryError("This file is empty. Choose another one.")
        file = _stored(team, found, path.suffix)
        if move:
            transaction.on_commit(lambda: _forget(path))
    return file


def add_asset(
    *,
    file: StoredFile,
    kind: AssetKind | str,
    provenance: Provenance,
    title: str = "",
    **facts: Unpack[AssetFacts],
) -> Asset:
    """A new asset of bytes that the team has already, as yet without a video."""
    return Asset.objects.create(
        team=file.team,
        kind=AssetKind(kind),
        file=file,
        title=title[:200],
        provenance_json=provenance.to_json(),
        **facts,
    )


def read_facts(file: StoredFile, path: Path | None = None) -> MediaFacts:
    """What platforms ask of a video file, read once for all who ask. `path` is where it lies already, if it does.

    Takes as long as decoding its sound. Raises FFmpegFailed and FFmpegTimeout.
    """
    known = file.facts
    if known is None:
        with ExitStack() as opened:
            known = facts_of(path or opened.enter_context(file.local_path()))
        file.facts_json = known.to_json()
        file.save(update_fields=["facts_json", "updated_at"])
    return known


def _stored(team: Team, found: blobs.Incoming, suffix: str) -> StoredFile:
    """The team's row of these bytes, which lie in the storage from now on."""
    blobs.lock(team.pk, found.sha256)
    name = blobs.name_for(team.pk, found.sha256, suffix)
    file, created = StoredFile.objects.get_or_create(
        team=team,
        sha256=found.sha256,
        defaults={"size": found.size, "path": name, "content_type": blobs.content_type_of(suffix)},
    )
    blobs.place(found, file.path)
    if created:
        StorageUse.objects.get_or_create(team=team)
        StorageUse.objects.filter(team=team).update(
            files=F("files") + 1, size_bytes=F("size_bytes") + file.size
        )
    return file


def _forget(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
