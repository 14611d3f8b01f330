"""Importing many videos: tables, folders and feeds, every row looked at, one job each (LIB-03)."""

import csv
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.jobs.models import Batch, Job, JobStatus
from apps.jobs.rows import Row
from apps.jobs.runner import run_job
from apps.library.errors import LibraryError
from apps.library.imports.feeds import parse_feed
from apps.library.imports.places import folder_of
from apps.library.imports.rows import COLUMNS, FORMULA, SAMPLE, check_rows
from apps.library.models import AssetKind, Video
from apps.library.uploads.models import Upload, UploadStatus
from apps.media.binaries import ffmpeg_path
from apps.teams.models import Team
from tests.core.http_loopback import Loopback, running, status
from tests.factories import AssetFactory

PUBLIC = "https://example.com/a.mp4"


@pytest.fixture(autouse=True)
def nothing_counted(valkey: Any) -> None:
    """Imports are counted in Valkey."""


@pytest.fixture
def server(settings: Any) -> Iterator[Loopback]:
    with running() as loopback:
        settings.OUTSIDE_ALLOW_PRIVATE = [loopback.netloc]
        yield loopback


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path: Path = tmp_path_factory.mktemp("film") / "film.mp4"
    inputs = ["-f", "lavfi", "-i", "testsrc2=s=64x36:d=1:r=10", "-pix_fmt", "yuv420p"]
    subprocess.run([ffmpeg_path(), "-v", "error", *inputs, str(path)], check=True)
    return path.read_bytes()


ENCODINGS = [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";")]


def page(team: Team) -> str:
    return reverse("library:import", args=[team.slug])


def table(*rows: dict[str, str], encoding: str = "utf-8", delimiter: str = ",") -> SimpleUploadedFile:
    text = io.StringIO()
    writer = csv.DictWriter(
        text, list(dict.fromkeys(name for row in rows for name in row)), delimiter=delimiter
    )
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("videos.csv", text.getvalue().encode(encoding))


def looked_at(client: Client, team: Team, file: SimpleUploadedFile) -> Any:
    return client.post(page(team), {"source": "table", "file": file})


@pytest.mark.spec("LIB-03")
@pytest.mark.parametrize(
    ("cells", "problems"),
    [
        ({"url": PUBLIC}, []),
        ({}, [("url", "Say where the video is: an address or a file.")]),
        ({"url": PUBLIC, "file": "a.mp4"}, [("url", "Give an address or a file: one of both.")]),
        ({"url": "example.com/a.mp4"}, [("url", "Give a whole address that starts with https://.")]),
        ({"url": "https://[broken"}, [("url", "Give a whole address that starts with https://.")]),
        ({"file": "b.mp4"}, [("file", "There is no file of this name in the import folder.")]),
        ({"file": "a.mp4", "title": "=HYPERLINK(1)"}, [("title", FORMULA)]),
        ({"file": "a.mp4", "language": "klingon"}, [("language", "Use a code such as en or de.")]),
        ({"file": "a.mp4", "category": "Cats"}, [("category", "Use a name such as Education.")]),
        ({"file": "a.mp4", "visibility": "secret"}, [("visibility", "Write public, unlisted or private.")]),
        ({"file": "a.mp4", "made_for_kids": "perhaps"}, [("made_for_kids", "Write yes or no.")]),
        ({"file": "a.mp4", "licence": "CC BY"}, [("credit", "Say whom to name.")]),
        ({"file": "a.mp4", "title": "x" * 201}, [("title", "Keep the title within 200 characters.")]),
        (
            {"file": "a.mp4", "language": "xx", "made_for_kids": "?"},
            [("language", "Use a code such as en or de."), ("made_for_kids", "Write yes or no.")],
        ),
    ],
)  # fmt: skip
def test_each_cell_says_what_is_wrong_with_it(cells: dict[str, str], problems: list[tuple[str, str]]) -> None:
    (row,) = check_rows([Row(2, cells)], here={"a.mp4"}, known=())
    assert list(row.problems) == problems


def test_private_addresses_are_refused() -> None:
    (row,) = check_rows([Row(2, {"url": "http://127.0.0.1/a.mp4"})], here=(), known=())
    assert [column for column, _ in row.problems] == ["url"]


def test_rows_that_say_the_same_twice_and_what_is_known(db: None) -> None:
    rows = check_rows([Row(2, {"url": PUBLIC}), Row(3, {"url": PUBLIC})], here=(), known={PUBLIC})
    assert [row.problems for row in rows] == [(), (("url", "The same stands in row 2. Remove one of them."),)]
    assert rows[0].note == "It was imported before; the same file is not kept twice."


def test_words_are_read_as_people_write_them() -> None:
    cells = {
        "url": PUBLIC, "title": "'=1+1", "tags": "a, b,,c", "language": "German", "category": "howto & style",
        "visibility": "Private", "made_for_kids": "YES", "licence": "licensed", "receipt": "no. 7",
    }  # fmt: skip
    (row,) = check_rows([Row(2, cells)], here=(), known=())
    assert not row.is_wrong
    assert row.wish.words() == {
        "title": "=1+1", "tags": ["a", "b", "c"], "language": "de", "category": "26", "visibility": "private",
        "made_for_kids": True,
    }  # fmt: skip


def test_table_to_fill_in_is_one_that_is_taken(bob_client: Client, team: Team) -> None:
    answer = bob_client.get(reverse("library:import_template", args=[team.slug]))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [list(rows[0]), {name: cell for name, cell in rows[0].items() if cell}] == [list(COLUMNS), SAMPLE]
    shown = looked_at(bob_client, team, SimpleUploadedFile("x.csv", answer.content))
    assert (shown.status_code, [row.problems for row in shown.context["rows"]]) == (200, [()])


@pytest.mark.spec("LIB-03")
@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";")]
)
def test_tables_come_in_several_encodings(
    bob_client: Client, team: Team, encoding: str, delimiter: str
) -> None:
    shown = looked_at(
        bob_client, team, table({"url": PUBLIC, "title": "Größe"}, encoding=encoding, delimiter=delimiter)
    )
    assert (shown.status_code, shown.context["rows"][0].wish.title) == (200, "Größe")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"colour\nred\n", "The first line must name the columns."),
        (b"url,size\nx,1\n", "There is no column “size”."),
        (b"url\n", "no rows below it"),
        (b"\x00\x01\x02", "The file is no text."),
    ],
)
def test_file_that_is_no_such_table_is_refused(
    bob_client: Client, team: Team, content: bytes, sentence: str
) -> None:
    answer = looked_at(bob_client, team, SimpleUploadedFile("x.csv", content))
    assert (answer.status_code, sentence in answer.context["form"].errors["file"][0]) == (422, True)


def test_one_wrong_row_starts_nothing(bob_client: Client, team: Team) -> None:
    shown = looked_at(bob_client, team, table({"url": PUBLIC}, {"url": "nothing"}))
    assert (shown.status_code, shown.context["wrong"]) == (422, 1)
    assert 'name="start"' not in shown.content.decode()
    bob_client.post(page(team), {"batch": str(shown.context["batch"]), "start": "1"})
    assert (Batch.objects.count(), Upload.objects.count()) == (0, 0)


@pytest.mark.spec("LIB-03")
def test_each_row_becomes_a_video_with_its_words(
    bob_client: Client, bob: Any, team: Team, server: Loopback, film: bytes
) -> None:
    url = server.on("GET", "/films/my_harbour.mp4", status(200, film, Content_Type="video/mp4"))
    rows = table(
        {"url": url, "title": "Harbour", "tags": "sea", "visibility": "unlisted", "licence": "licensed",
         "receipt": "no. 7"},
        {"url": f"{server.url}/gone.mp4", "title": "", "tags": "", "visibility": "", "licence": "", "receipt": ""},
    )  # fmt: skip
    shown = looked_at(bob_client, team, rows)
    assert shown.status_code == 200, [row.problems for row in shown.context["rows"]]
    batch = str(shown.context["batch"])
    for _ in range(2):  # a form that was sent twice starts it once
        started = bob_client.post(page(team), {"batch": batch, "start": "1"})
        assert started["Location"] == reverse("jobs:batch", args=[team.slug, batch])
    good, gone = Job.objects.filter(batch_id=batch).order_by("created_at", "pk")
    for job in (good, good, gone):  # and a job that runs twice brings it in once
        Job.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED, attempts=3)
        run_job(str(job.pk))
    gone.refresh_from_db()
    assert (gone.status, "404" in gone.error or "not" in gone.error) == (JobStatus.DEAD, True)
    check = Job.objects.get(kind="library.check_upload")
    Job.objects.filter(pk=check.pk).update(status=JobStatus.QUEUED)
    run_job(str(check.pk))
    video = Video.objects.get()
    assert (video.title, video.tags, video.visibility, video.created_by) == (
        "Harbour",
        ["sea"],
        "unlisted",
        bob,
    )
    origin = video.assets.get(kind=AssetKind.SOURCE).provenance
    assert (origin.licence, origin.receipt, origin.source_url) == ("licensed", "no. 7", url)
    again = looked_at(bob_client, team, table({"url": url}))
    assert again.context["rows"][0].note.startswith("It was imported before")


@pytest.mark.spec("LIB-03")
def test_files_of_the_import_folder_are_listed_and_taken(bob_client: Client, team: Team, film: bytes) -> None:
    default_storage.save(f"{folder_of(team.pk)}/evening tide.mp4", ContentFile(film))
    other = Team.objects.create(name="Other", slug="other-one")
    default_storage.save(f"{folder_of(other.pk)}/theirs.mp4", ContentFile(b"theirs"))
    listed = bob_client.get(page(team) + "?from=folder")
    assert [file.name for file in listed.context["files"]] == ["evening tide.mp4"]
    for names in (["../x/theirs.mp4"], [f"../{other.pk}/theirs.mp4"], ["theirs.mp4"], []):
        refused = bob_client.post(page(team), {"source": "folder", "names": names})
        assert refused.status_code == 422
    shown = bob_client.post(page(team), {"source": "folder", "names": ["evening tide.mp4"]})
    bob_client.post(page(team), {"batch": str(shown.context["batch"]), "start": "1"})
    job = Job.objects.get(kind="library.import_video")
    Job.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED)
    run_job(str(job.pk))
    upload = Upload.objects.get()
    assert (upload.pk, upload.name, upload.status) == (job.pk, "evening tide.mp4", UploadStatus.CHECKING)


def test_preview_that_was_forgotten_is_asked_for_again(bob_client: Client, team: Team) -> None:
    answer = bob_client.post(
        page(team), {"batch": "01920000-0000-7000-8000-000000000000", "start": "1"}, follow=True
    )
    assert "older than an hour" in answer.content.decode()
    assert not Batch.objects.exists()


RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<item><title>One</title><description>&lt;p&gt;Fog &amp;amp; gulls&lt;/p&gt;</description><category>sea</category>
<enclosure url="/one.mp4" type="video/mp4"/></item>
<item><title>A song</title><enclosure url="/song.mp3" type="audio/mpeg"/></item>
<item><title>Two</title><media:content url="https://cdn.example.com/two" medium="video"/></item>
</channel></rss>"""
CDN = ("https://cdn.example.com/two", "Two", "", "")
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Three</title><summary>Words</summary>
<category term="tide"/><link rel="enclosure" href="https://example.com/three.webm"/></entry></feed>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "Four", "tags": ["a", "b"],
"attachments": [{"url": "https://example.com/four", "mime_type": "video/mp4"}]}, {"title": "Words only"}]}"""
LIST = b'[{"video_url": "https://example.com/five", "title": "Five"}, {"url": "https://example.com/page.html"}, 3]'


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (RSS, [("https://example.com/one.mp4", "One", "Fog & gulls", "sea"), CDN]),
        (ATOM, [("https://example.com/three.webm", "Three", "Words", "tide")]),
        (JSON, [("https://example.com/four", "Four", "", "a, b")]),
        (LIST, [("https://example.com/five", "Five", "", "")]),
        (b"[]", []),
    ],
)  # fmt: skip
def test_feeds_name_their_videos(body: bytes, found: list[tuple[str, ...]]) -> None:
    rows = list(parse_feed(body, "https://example.com/feed"))
    assert [tuple(row[name] for name in ("url", "title", "description", "tags")) for row in rows] == found


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<rss><channel><item><title>&a;</title><enclosure url="https://example.com/a.mp4" type="video/mp4"/></item></channel>
</rss>"""


@pytest.mark.spec("SEC-05")
def test_feed_cannot_read_files_of_the_server() -> None:
    (row,) = parse_feed(BOMB, "https://example.com/")
    assert row["title"] == "&a;"  # the name of the file's entity, not what stands in it


@pytest.mark.parametrize("body", [b"<html><body>no feed", b"words", b"{broken"])
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(LibraryError):
        list(parse_feed(body, "https://example.com/"))


@pytest.mark.spec("LIB-03")
def test_feed_is_asked_and_shown(bob_client: Client, team: Team, server: Loopback) -> None:
    url = server.on("GET", "/feed", status(200, LIST, Content_Type="application/json"))
    shown = bob_client.post(page(team), {"source": "feed", "feed": url})
    assert (shown.status_code, [row.wish.title for row in shown.context["rows"]]) == (200, ["Five"])
    for wrong in (f"{server.url}/nothing", "http://10.0.0.1/feed", "feed", ""):
        refused = bob_client.post(page(team), {"source": "feed", "feed": wrong})
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["feed"])


def test_only_editors_of_the_team_import(
    client: Client, charlie_client: Client, victor_client: Client, team: Team
) -> None:
    codes = [who.post(page(team), {}).status_code for who in (client, charlie_client, victor_client)]
    assert codes == [302, 404, 403]
    AssetFactory(team=team)
    assert victor_client.get(reverse("library:import_template", args=[team.slug])).status_code == 403
