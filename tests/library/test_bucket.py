"""Media in a bucket: stored once, read in ranges, removed – on a real server that speaks S3 and checks signatures."""

import io
import json
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import run_job
from apps.library.imports.places import folder_of
from apps.library.models import Asset, AssetKind, Video
from apps.library.provenance import Provenance
from apps.library.services import begin_upload, cancel_upload, receive, store_file
from apps.library.services.receiving import Piece
from apps.library.uploads import space
from apps.library.uploads.errors import ChecksumMismatch
from apps.library.uploads.models import Upload, UploadStatus
from apps.library.uploads.protocol import Checksum
from apps.teams.models import Team
from config.storage import storage_of
from tests.library.ingesting import ingested, work
from tests.media.conftest import ffmpeg
from tests.processes import eventually, kill_tree

KEY, SECRET = "showrunner-tests", "only/for+tests=="
BYTES = random.Random(7).randbytes(3_000_000)


def free_base() -> int:
    """A port whose ten-thousandth neighbour is free too: there SeaweedFS speaks with itself."""
    while True:
        port = random.randint(12000, 21000)
        with socket.socket() as low, socket.socket() as high:
            try:
                low.bind(("127.0.0.1", port))
                high.bind(("127.0.0.1", port + 10000))
            except OSError:
                continue
            return port


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("bucket")
    credentials = [{"accessKey": KEY, "secretKey": SECRET}]
    actions = ["Admin", "Read", "Write", "List"]
    identities = {"identities": [{"name": "tests", "credentials": credentials, "actions": actions}]}
    (folder / "s3.json").write_text(json.dumps(identities))
    ports = {name: free_base() for name in ("master.port", "volume.port", "filer.port", "s3.port")}
    weed = shutil.which("weed", path=str(Path(sys.executable).parent)) or "weed"
    process = subprocess.Popen(
        [
            weed,
            "server",
            "-ip=127.0.0.1",
            f"-dir={folder}",
            "-s3",
            f"-s3.config={folder / 's3.json'}",
            "-master.volumeSizeLimitMB=32",
            *(f"-{name}={port}" for name, port in ports.items()),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{ports['s3.port']}"
    try:
        eventually(lambda: _bucket(address), within_s=60, what="the S3 server")
        yield address
    finally:
        kill_tree(process.pid)
        process.wait(10)


def _bucket(address: str) -> bool:
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )
    try:
        client.create_bucket(Bucket="media")
        client.put_object(Bucket="media", Key="ready", Body=b"yes")
    except (ClientError, BotoCoreError):
        return False
    return True


def address_of(server: str, secret: str = SECRET) -> str:
    return f"s3://{KEY}:{quote(secret, safe='')}@media/studio?endpoint={server}&region=us-east-1"


@pytest.fixture
def bucket(server: str, settings: Any, tmp_path: Path) -> str:
    settings.STORAGES = {**settings.STORAGES, "default": storage_of(address_of(server), tmp_path)}
    return server


@pytest.fixture
def asset(bucket: str, team: Team, tmp_path: Path) -> Asset:
    file = tmp_path / "clip.mp4"
    file.write_bytes(BYTES)
    return store_file(
        team=team, path=file, kind=AssetKind.CLIP, provenance=Provenance(provider="upload"), move=True
    )


@pytest.mark.spec("OPS-07", "LIB-09")
@pytest.mark.django_db
def test_bytes_lie_in_the_bucket_once_and_come_back(asset: Asset, team: Team, tmp_path: Path) -> None:
    again = tmp_path / "again.mp4"
    again.write_bytes(BYTES)
    second = store_file(team=team, path=again, kind=AssetKind.CLIP, provenance=Provenance(provider="upload"))
    assert second.file == asset.file
    assert default_storage.listdir(asset.file.path.rpartition("/")[0])[1] == [
        asset.file.path.rpartition("/")[2]
    ]
    with asset.local_path() as path:
        assert path.read_bytes() == BYTES
    assert not path.exists()


@pytest.mark.spec("OPS-07")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=1000000-2500000", 10**6, 2500000),
        ("bytes=-5", 2999995, 2999999),
    ],
)
def test_part_of_a_file_is_served_from_the_bucket(
    asset: Asset, alice_client: Any, team: Team, asked: str, first: int, last: int
) -> None:
    answer = alice_client.get(f"/studio/{team.slug}/library/files/{asset.pk}/", headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes {first}-{last}/{len(BYTES)}")
    assert b"".join(answer.streaming_content) == BYTES[first : last + 1]


@pytest.mark.django_db
def test_file_that_is_gone_from_the_bucket_is_not_found(asset: Asset, alice_client: Any, team: Team) -> None:
    default_storage.delete(asset.file.path)
    assert alice_client.get(f"/studio/{team.slug}/library/files/{asset.pk}/").status_code == 404
    with pytest.raises(FileNotFoundError):
        list(default_storage.read_range(asset.file.path, 0, 10, block_bytes=5))


def listed(folder: str) -> list[str]:
    try:
        return sorted(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


@pytest.mark.spec("LIB-02", "TRC-05")
@pytest.mark.django_db
def test_upload_goes_into_the_bucket_in_parts(
    bucket: str,
    team: Team,
    alice: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """Pieces are smaller than parts may be: what is left over waits as an object of its own."""
    monkeypatch.setattr(space, "PART_BYTES", 5 * 2**20)
    data = random.Random(5).randbytes(12_000_000)
    upload = begin_upload(
        team=team,
        name="walk.mp4",
        size_bytes=len(data),
        actor=alice,
        provenance=Provenance(provider="upload"),
    )
    for at in range(0, len(data), 4_000_000):
        with django_capture_on_commit_callbacks(execute=True):
            upload = receive(upload, Piece(at, io.BytesIO(data[at : at + 4_000_000])))
    assert [part for part, _ in upload.space_json["parts"]] == [1, 2, 3]
    folder, name = space.name_of(upload).rsplit("/", 1)
    assert listed(folder) == [], "an object is there once it is whole, and no left-over is"
    for _ in range(2):
        space.finish(upload)
    with space.local_path(upload, tmp_path) as path:
        assert path.read_bytes() == data
    assert listed(folder) == [name]
    space.remove(upload)
    assert listed(folder) == []


@pytest.mark.spec("LIB-02", "TRC-05")
@pytest.mark.django_db
def test_damaged_piece_and_cancelled_upload_leave_nothing_in_the_bucket(
    bucket: str,
    team: Team,
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(space, "PART_BYTES", 5 * 2**20)
    data = random.Random(6).randbytes(9_000_000)
    upload = begin_upload(
        team=team,
        name="walk.mp4",
        size_bytes=len(data),
        actor=alice,
        provenance=Provenance(provider="upload"),
    )
    with django_capture_on_commit_callbacks(execute=True):
        receive(upload, Piece(0, io.BytesIO(data[:2_000_000])))
        with pytest.raises(ChecksumMismatch):
            receive(
                upload, Piece(2_000_000, io.BytesIO(data[2_000_000:8_000_000]), Checksum("sha256", b"wrong"))
            )
    upload.refresh_from_db()
    assert (upload.received_bytes, upload.space_json["tail"]) == (2_000_000, 2_000_000)
    with django_capture_on_commit_callbacks(execute=True):
        cancel_upload(upload)
    assert listed(f"uploads/{team.pk}") == []


@pytest.mark.spec("LIB-02", "TRC-05")
@pytest.mark.django_db
def test_uploaded_video_is_made_of_what_lies_in_the_bucket(
    bucket: str,
    team: Team,
    alice: User,
    tmp_path: Path,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    walk = tmp_path / "walk.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1", "-pix_fmt", "yuv420p", "-preset", "ultrafast", walk
    )
    with django_capture_on_commit_callbacks(execute=True):
        video = ingested(team, alice, walk)
    source, rendition = (video.assets.get(kind=kind) for kind in ("source", "rendition"))
    assert (video.status, rendition.duration_s) == ("ready", 1.0)
    with source.open() as kept:
        assert kept.read() == walk.read_bytes()
    assert default_storage.exists(rendition.file.path)
    assert listed(f"uploads/{team.pk}") == []
    assert list(Path(settings.WORK_DIR).glob("ingest-*")) == []


@pytest.mark.django_db
def test_bucket_refuses_a_wrong_secret(server: str, settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": storage_of(address_of(server, "wrong"), tmp_path)}
    with pytest.raises(ClientError):
        default_storage.listdir("")


@pytest.mark.parametrize("url", ["s3://", "gs://bucket", "/srv/media", "s3://hush:hush@b?acl=public"])
def test_address_of_a_storage_that_makes_no_sense_is_refused_without_its_secret(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL") as caught:
        storage_of(url, tmp_path)
    assert "hush" not in str(caught.value)


def test_without_an_address_files_lie_in_the_folder(tmp_path: Path) -> None:
    assert storage_of("", tmp_path)["OPTIONS"] == {"location": tmp_path}


@pytest.mark.spec("LIB-03")
@pytest.mark.django_db
def test_files_under_the_prefix_are_listed_and_imported(
    bucket: str, bob_client: Client, team: Team, tmp_path: Path, valkey: Any
) -> None:
    film = tmp_path / "film.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x36:d=1:r=10", "-pix_fmt", "yuv420p", film)
    client = boto3.client(
        "s3",
        endpoint_url=bucket,
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )
    prefix = f"studio/{folder_of(team.pk)}"
    client.upload_file(str(film), "media", f"{prefix}/evening tide ü.mp4")
    client.put_object(Bucket="media", Key=f"{prefix}/deeper/other.mp4", Body=b"in a folder of its own")
    page = reverse("library:import", args=[team.slug])
    listed = bob_client.get(f"{page}?from=folder").context["files"]
    assert [(file.name, file.size_bytes) for file in listed] == [("evening tide ü.mp4", film.stat().st_size)]
    shown = bob_client.post(page, {"source": "folder", "names": ["evening tide ü.mp4"]})
    bob_client.post(page, {"batch": str(shown.context["batch"]), "start": "1"})
    job = Job.objects.get(kind="library.import_video")
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED)
        run_job(str(job.pk))
    work(team)
    upload = Upload.objects.get()
    assert (upload.status, upload.video.title) == (UploadStatus.ACCEPTED, "evening tide ü")
    assert Video.objects.get().status == "ready"
    assert client.head_object(Bucket="media", Key=f"{prefix}/evening tide ü.mp4")["ContentLength"] > 0
