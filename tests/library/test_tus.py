"""Videos come in pieces by tus 1.0.0: begun, gone on with, checked, given up, expired."""

import base64
import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.http import parse_http_date

from apps.flags import registry
from apps.flags.models import SettingValue
from apps.jobs.models import Job
from apps.library.errors import StorageFull
from apps.library.services import receiving
from apps.library.uploads import space
from apps.library.uploads.models import Upload, UploadStatus
from apps.teams.models import Team
from tests.concurrency import at_once

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"
BYTES = bytes(range(256)) * 40  # 10,240

pytestmark = pytest.mark.django_db


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def address(team: Team) -> str:
    return f"/studio/{team.slug}/library/uploads/tus/"


def begin(
    client: Client, team: Team, size: int = len(BYTES), name: str = "walk.mp4", **more: str
) -> HttpResponse:
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"filename {encoded(name)}", **more}
    return client.post(address(team), headers=headers)


def piece(client: Client, place: str, offset: int, data: bytes, **more: str) -> HttpResponse:
    headers = {**TUS, "Upload-Offset": str(offset), **more}
    return client.patch(place, data, content_type=PIECE, headers=headers)


@pytest.fixture
def place(alice_client: Client, team: Team) -> str:
    """The address of an upload that has just begun."""
    return str(begin(alice_client, team)["Location"])


def kept(upload: Upload) -> bytes:
    with default_storage.open(space.name_of(upload)) as file:
        return bytes(file.read())


@pytest.mark.spec("LIB-02")
def test_file_comes_in_pieces_and_the_last_one_starts_the_check(
    alice_client: Client, team: Team, place: str
) -> None:
    first = piece(alice_client, place, 0, BYTES[:6000])
    assert (first.status_code, first["Upload-Offset"], first["Tus-Resumable"]) == (204, "6000", "1.0.0")
    asked = alice_client.head(place, headers=TUS)
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("6000", "10240")
    assert asked["Cache-Control"] == "no-store"
    assert not Job.objects.exists()
    assert piece(alice_client, place, 6000, BYTES[6000:])["Upload-Offset"] == "10240"
    upload = Upload.objects.get()
    assert (upload.status, upload.name, kept(upload)) == (UploadStatus.CHECKING, "walk.mp4", BYTES)
    assert [job.kind for job in Job.objects.all()] == ["library.check_upload"]
    again = piece(alice_client, place, 10240, b"", **{"Content-Type": PIECE})
    assert again.status_code == 204, "said twice, done once"
    assert Job.objects.count() == 1


def test_server_says_what_it_can(alice_client: Client, team: Team) -> None:
    answer = alice_client.options(address(team))
    assert answer.status_code == 200
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,termination,checksum,expiration"
    assert answer["Tus-Checksum-Algorithm"] == "sha256,sha1,md5"
    assert answer["Tus-Max-Size"] == str(20 * 10**9)


@pytest.mark.spec("LIB-02")
def test_piece_with_a_wrong_offset_is_a_conflict_and_changes_nothing(
    alice_client: Client, place: str
) -> None:
    piece(alice_client, place, 0, BYTES[:100])
    for offset in (0, 99, 101):
        answer = piece(alice_client, place, offset, b"other bytes")
        assert (answer.status_code, answer.content) == (409, b"100 bytes are here: go on from there.")
    assert kept(Upload.objects.get()) == BYTES[:100]


@pytest.mark.parametrize("algorithm", ["sha256", "sha1", "md5"])
def test_piece_with_a_checksum_is_kept_only_if_it_is_right(
    alice_client: Client, place: str, algorithm: str
) -> None:
    right = hashlib.new(algorithm, BYTES[:500]).digest()
    wrong = piece(
        alice_client, place, 0, BYTES[:499] + b"!", **{"Upload-Checksum": f"{algorithm} {encoded(right)}"}
    )
    assert (wrong.status_code, Upload.objects.get().received_bytes) == (460, 0)
    assert kept(Upload.objects.get()) == b""
    good = piece(alice_client, place, 0, BYTES[:500], **{"Upload-Checksum": f"{algorithm} {encoded(right)}"})
    assert good["Upload-Offset"] == "500"


def test_more_bytes_than_were_announced_are_refused(alice_client: Client, place: str) -> None:
    assert piece(alice_client, place, 0, BYTES + b"!").status_code == 413
    assert Upload.objects.get().received_bytes == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "many"}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Metadata": "filename ???"}, 400),
        ({"Upload-Metadata": "filename YQ==,filename YQ=="}, 400),
        ({"Upload-Metadata": "filename " + "A" * 5000}, 400),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Length": str(20 * 10**9 + 1)}, 413),
        ({"Upload-Metadata": f"licence {encoded('licensed')}"}, 422),
        ({"Upload-Metadata": f"licence {encoded('stolen')}"}, 422),
    ],
)
def test_upload_that_makes_no_sense_is_not_begun(
    alice_client: Client, team: Team, headers: dict[str, str], status: int
) -> None:
    answer = begin(alice_client, team, **headers)
    assert answer.status_code == status
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().endswith(".")
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("headers", "content_type", "status"),
    [
        ({"Upload-Offset": "0", "Tus-Resumable": "2.0.0"}, PIECE, 412),
        ({"Upload-Offset": "first"}, PIECE, 400),
        ({}, PIECE, 400),
        ({"Upload-Offset": "0"}, "video/mp4", 415),
        ({"Upload-Offset": "0", "Upload-Checksum": "crc32 AAAA"}, PIECE, 400),
        ({"Upload-Offset": "0", "Upload-Checksum": "sha256 ???"}, PIECE, 400),
    ],
)
def test_piece_that_makes_no_sense_is_refused(
    alice_client: Client, place: str, headers: dict[str, str], content_type: str, status: int
) -> None:
    answer = alice_client.patch(place, BYTES, content_type=content_type, headers={**TUS, **headers})
    assert answer.status_code == status
    assert Upload.objects.get().received_bytes == 0


def test_clients_that_know_no_patch_say_it_with_post(alice_client: Client, place: str) -> None:
    headers = {**TUS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = alice_client.post(place, BYTES[:10], content_type=PIECE, headers=headers)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "10")
    assert alice_client.post(place, headers=TUS).status_code == 405


@pytest.mark.spec("LIB-02")
def test_cancelled_upload_leaves_nothing(
    alice_client: Client, place: str, django_capture_on_commit_callbacks: Any
) -> None:
    piece(alice_client, place, 0, BYTES[:100])
    name = space.name_of(Upload.objects.get())
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        assert alice_client.delete(place, headers=TUS).status_code == 204
    assert (Upload.objects.count(), default_storage.exists(name)) == (0, False)
    assert alice_client.head(place, headers=TUS).status_code == 404


@pytest.mark.spec("LIB-02", "TEM-01")
def test_another_team_s_upload_is_not_there(place: str, charlie: Any, charlie_client: Client) -> None:
    own = Team.objects.get(members=charlie)
    there = place.replace("/studio/morning-show/", f"/studio/{own.slug}/")
    for client_place in (place, there):
        assert charlie_client.head(client_place, headers=TUS).status_code == 404
        assert piece(charlie_client, client_place, 0, BYTES).status_code == 404
        assert charlie_client.delete(client_place, headers=TUS).status_code == 404
    assert Upload.objects.get().received_bytes == 0


def test_viewers_may_not_upload(victor_client: Client, team: Team, place: str) -> None:
    assert begin(victor_client, team).status_code == 403
    assert piece(victor_client, place, 0, BYTES).status_code == 403


@pytest.mark.spec("LIB-02")
def test_expired_upload_is_gone_and_its_bytes_are_removed(
    alice_client: Client, place: str, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    said = parse_http_date(piece(alice_client, place, 0, BYTES[:100])["Upload-Expires"])
    assert abs(said - (timezone.now().timestamp() + settings.UPLOAD_KEEP_S)) < 5
    later = timezone.now() + timedelta(seconds=settings.UPLOAD_KEEP_S + 1)
    assert receiving.forget_expired(now=timezone.now()) == 0
    name = space.name_of(Upload.objects.get())
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert piece(alice_client, place, 100, BYTES[100:]).status_code == 410
    with django_capture_on_commit_callbacks(execute=True):
        assert receiving.forget_expired(now=later) == 1
    assert (Upload.objects.count(), default_storage.exists(name)) == (0, False)


def test_bytes_that_a_crash_left_are_swept_away_after_a_day(
    alice_client: Client, team: Team, place: str
) -> None:
    piece(alice_client, place, 0, BYTES[:100])
    name = default_storage.save(f"uploads/{team.pk}/left-over", io.BytesIO(b"x"))
    receiving.forget_leftovers(now=timezone.now())
    assert default_storage.exists(name)
    receiving.forget_leftovers(now=timezone.now() + timedelta(days=2))
    assert not default_storage.exists(name)
    assert kept(Upload.objects.get()) == BYTES[:100]


def test_piece_goes_on_over_bytes_that_a_killed_process_wrote_and_never_counted(
    alice_client: Client, place: str
) -> None:
    piece(alice_client, place, 0, BYTES[:100])
    upload = Upload.objects.get()
    with Path(default_storage.path(space.name_of(upload))).open("ab") as file:
        file.write(b"half a piece")
    piece(alice_client, place, 100, BYTES[100:200])
    assert kept(upload) == BYTES[:200]


def test_bytes_that_a_power_cut_took_are_asked_for_again(alice_client: Client, place: str) -> None:
    piece(alice_client, place, 0, BYTES[:100])
    upload = Upload.objects.get()
    Path(default_storage.path(space.name_of(upload))).write_bytes(BYTES[:60])
    assert piece(alice_client, place, 100, BYTES[100:]).status_code == 409
    assert alice_client.head(place, headers=TUS)["Upload-Offset"] == "60"
    piece(alice_client, place, 60, BYTES[60:])
    assert kept(upload) == BYTES


def test_full_disk_is_said_and_nothing_of_the_piece_counts(
    alice_client: Client, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece(alice_client, place, 0, BYTES[:100])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(space, "_write", full)
        answer = piece(alice_client, place, 100, BYTES[100:])
    assert (answer.status_code, Upload.objects.get().received_bytes) == (507, 100)
    assert piece(alice_client, place, 100, BYTES[100:]).status_code == 204


@pytest.mark.parametrize(
    ("setting", "value", "status", "words"),
    [
        ("library.uploads_at_once", 1, 422, "1 uploads of your team are unfinished"),
        ("library.storage_gb", 0, 422, "so this file has no room"),
    ],
)
def test_limits_of_a_team_are_held(
    alice_client: Client, team: Team, place: str, setting: str, value: int, status: int, words: str
) -> None:
    SettingValue.objects.create(name=setting, team=team, value=value)
    registry.forget()
    answer = begin(alice_client, team)
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert Upload.objects.count() == 1


def test_file_for_which_the_disk_has_no_room_is_not_begun(
    alice_client: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 2 * 10**9 + len(BYTES)

    monkeypatch.setattr(receiving.shutil, "disk_usage", lambda path: Usage)
    assert begin(alice_client, team).status_code == 507
    with pytest.raises(StorageFull, match="not enough room"):
        receiving._check_room(team, len(BYTES))


@pytest.mark.spec("LIB-02")
@pytest.mark.django_db(transaction=True)
def test_two_windows_that_send_the_same_piece_write_it_once(alice_client: Client, place: str) -> None:
    """One of the two is busy or in conflict; both can go on by asking for the offset."""
    cookies = alice_client.cookies

    def send() -> int:
        client = Client()
        client.cookies = cookies
        return piece(client, place, 0, BYTES[:5000]).status_code

    codes = at_once(4, send)
    assert codes.count(204) == 1
    assert set(codes) <= {204, 409, 423}
    assert kept(Upload.objects.get()) == BYTES[:5000]


@pytest.mark.django_db(transaction=True)
def test_piece_waits_for_nobody_while_another_is_being_written(alice_client: Client, place: str) -> None:
    """423 at once, which clients take for: ask again."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM library_upload FOR UPDATE")
            assert piece(alice_client, place, 0, BYTES).status_code == 423
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert piece(alice_client, place, 0, BYTES).status_code == 204
