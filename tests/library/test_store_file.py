"""The same bytes are kept once for each team, whole or not at all."""

import errno
import hashlib
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from apps.library import blobs
from apps.library.errors import LibraryError, StorageFull
from apps.library.models import Asset, AssetKind, StorageUse, StoredFile
from apps.library.provenance import Provenance
from apps.library.services import store_file
from apps.teams.models import Team
from tests.factories import TeamFactory, VideoFactory

HERE = Provenance(provider="showrunner", licence="generated here")


def file_of(folder: Path, content: bytes, name: str = "voice.wav") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def stored_names(team: Team) -> list[str]:
    root = Path(default_storage.path(blobs.team_folder(team.pk)))
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def incoming_names() -> list[str]:
    root = Path(default_storage.path(blobs.INCOMING))
    return [path.name for path in root.iterdir()] if root.exists() else []


@pytest.mark.spec("LIB-08")
def test_store_file_keeps_bytes_facts_and_provenance(team: Team, tmp_path: Path) -> None:
    content = b"RIFF" + os.urandom(3_000_000)
    sha256 = hashlib.sha256(content).hexdigest()
    made_by = Provenance(
        provider="elevenlabs",
        prompt="Hello",
        licence="commercial",
        receipt="req-1",
        source_url="https://x.test/1",
    )
    asset = store_file(
        team=team,
        path=file_of(tmp_path, content),
        kind="voice",
        provenance=made_by,
        title="Scene 1",
        duration_s=1.5,
        language="en",
    )
    asset.refresh_from_db()
    assert (asset.kind, asset.title, asset.duration_s, asset.language, asset.video) == (
        AssetKind.VOICE,
        "Scene 1",
        1.5,
        "en",
        None,
    )
    assert asset.provenance == made_by
    assert (asset.file.sha256, asset.file.size, asset.file.content_type) == (
        sha256,
        len(content),
        "audio/wav",
    )
    assert asset.file.path == f"teams/{team.pk}/files/{sha256[:2]}/{sha256}.wav"
    with asset.open() as stored:
        assert stored.read() == content
    with asset.local_path() as path:
        assert path.read_bytes() == content
    assert (tmp_path / "voice.wav").read_bytes() == content
    assert incoming_names() == []


@pytest.mark.spec("LIB-09")
def test_same_bytes_are_kept_once_for_each_team(team: Team, tmp_path: Path) -> None:
    other = TeamFactory()
    content = os.urandom(1000)
    assets = [
        store_file(team=owner, path=file_of(tmp_path, content, name), kind="music", provenance=HERE)
        for owner, name in [(team, "a.mp3"), (team, "b.mp3"), (other, "c.mp3")]
    ]
    assert assets[0].file == assets[1].file != assets[2].file
    assert [len(stored_names(team)), len(stored_names(other))] == [1, 1]
    use = {row.team: (row.files, row.size_bytes) for row in StorageUse.objects.all()}
    assert use == {team: (1, 1000), other: (1, 1000)}


def test_moved_file_is_gone_after_commit_and_left_after_rollback(
    team: Team, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    path = file_of(tmp_path, b"moved")
    with transaction.atomic():
        store_file(team=team, path=path, kind="voice", provenance=HERE, move=True)
        transaction.set_rollback(True)
    assert path.read_bytes() == b"moved"
    assert Asset.objects.count() == 0
    with django_capture_on_commit_callbacks(execute=True):
        asset = store_file(team=team, path=path, kind="voice", provenance=HERE, move=True)
    assert not path.exists()
    with asset.open() as stored:
        assert stored.read() == b"moved"


def test_bytes_that_vanished_are_put_back_by_storing_them_again(team: Team, tmp_path: Path) -> None:
    path = file_of(tmp_path, b"lost and found")
    first = store_file(team=team, path=path, kind="voice", provenance=HERE)
    default_storage.delete(first.file.path)
    second = store_file(team=team, path=path, kind="voice", provenance=HERE)
    assert second.file == first.file
    with second.open() as stored:
        assert stored.read() == b"lost and found"


def test_empty_file_is_refused(team: Team, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="empty"):
        store_file(team=team, path=file_of(tmp_path, b""), kind="voice", provenance=HERE)
    assert (StoredFile.objects.count(), stored_names(team)) == (0, [])


def test_video_of_another_team_is_refused(team: Team, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="another team"):
        store_file(
            team=team, path=file_of(tmp_path, b"x"), kind="voice", provenance=HERE, video=VideoFactory()
        )


@pytest.mark.parametrize("move", [False, True])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_keeps_nothing_and_may_be_tried_again(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, move: bool
) -> None:
    """Every write to the disk says so: of the bytes, or of the name that they would get."""
    path = file_of(tmp_path, os.urandom(5000))

    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(code, "no room")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(StorageFull) as caught:
            store_file(team=team, path=path, kind="voice", provenance=HERE, move=move)
    assert caught.value.retryable
    assert caught.value.message == "There is no room left to store this file. Free some space and try again."
    assert (StoredFile.objects.count(), Asset.objects.count(), stored_names(team)) == (0, 0, [])
    assert incoming_names() == []
    assert store_file(team=team, path=path, kind="voice", provenance=HERE, move=move).file.size == 5000


@pytest.mark.spec("LIB-09")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("move", [False, True])
def test_many_jobs_storing_the_same_bytes_at_once_keep_one_file(tmp_path: Path, move: bool) -> None:
    team = TeamFactory()
    content = os.urandom(2_000_000)
    paths = [file_of(tmp_path, content, f"{number}.wav") for number in range(6)]
    start, results = threading.Barrier(len(paths)), list[Any]()

    def store(path: Path) -> None:
        try:
            start.wait()
            results.append(store_file(team=team, path=path, kind="voice", provenance=HERE, move=move))
        finally:
            connection.close()

    threads = [threading.Thread(target=store, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [type(result) for result in results] == [Asset] * len(paths)
    assert len({asset.file_id for asset in results}) == 1
    assert len(stored_names(team)) == 1
    assert list(StorageUse.objects.values_list("files", "size_bytes")) == [(1, len(content))]
    with results[0].open() as stored:
        assert hashlib.sha256(stored.read()).digest() == hashlib.sha256(content).digest()
    assert incoming_names() == []
