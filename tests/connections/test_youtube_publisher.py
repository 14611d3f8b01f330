"""The resumable upload and what goes with a video, against a server with the documented answers (PUB-02)."""

import io
import json

import pytest

from apps.connections.adapters import Progress, Published, Stage
from apps.connections.platforms.youtube import session
from apps.connections.platforms.youtube.publisher import YouTubePublisher
from apps.core import http
from tests.connections.conftest import an_upload
from tests.core.http_loopback import nothing, status

UPLOAD, VIDEOS = "/upload/youtube/v3/videos", "/youtube/v3/videos"
KIB256 = 256 * 1024
CONTENT = bytes(range(256)) * 3 * 1024  # three chunks


@pytest.fixture
def opened(server, call, monkeypatch):
    """A session for CONTENT, in chunks of 256 KiB."""
    monkeypatch.setattr(session, "CHUNK", KIB256)
    monkeypatch.setattr(session, "LARGEST", KIB256)
    location = f"{server.url}/session?upload_id=secret-1"
    server.on("POST", UPLOAD, status(200, b"", Location=location))
    upload = an_upload(size=len(CONTENT))
    return upload, YouTubePublisher().begin(call(), upload)


def held(first: int) -> object:
    return status(308, b"", Range=f"bytes=0-{first - 1}")


def send(call, upload, progress, told=None):
    return YouTubePublisher().send(call(), upload, progress, io.BytesIO(CONTENT), (told or [].append))


def test_a_session_says_what_comes(server, opened):
    upload, progress = opened
    asked = server.asked[0]
    assert progress.stage is Stage.TRANSFER
    assert progress.session["url"].endswith("upload_id=secret-1")
    assert "secret-1" not in repr(progress)
    assert asked.query == {
        "uploadType": ["resumable"], "part": ["snippet,status"], "notifySubscribers": ["true"],
    }  # fmt: skip
    assert asked.headers["x-upload-content-length"] == str(upload.size)
    assert asked.json() == {
        "snippet": {
            "title": "A quiet harbour", "description": "Boats at dawn.", "tags": [], "categoryId": "22",
        },
        "status": {
            "privacyStatus": "public", "selfDeclaredMadeForKids": False, "containsSyntheticMedia": False,
            "embeddable": True, "license": "youtube",
        },
    }  # fmt: skip


def test_a_file_goes_out_in_chunks_and_the_last_one_publishes(server, call, opened):
    upload, progress = opened
    server.on("PUT", "/session", held(KIB256), held(2 * KIB256), status(200, {"id": "vid1"}))
    told: list[Progress] = []
    done = send(call, upload, progress, told.append)
    chunks = server.asked[1:]
    assert [chunk.headers["content-range"] for chunk in chunks] == [
        f"bytes {n * KIB256}-{(n + 1) * KIB256 - 1}/{len(CONTENT)}" for n in range(3)
    ]
    assert b"".join(chunk.body for chunk in chunks) == CONTENT
    assert "transfer-encoding" not in chunks[0].headers
    assert (done.stage, done.external_id, done.link) == (
        Stage.PROCESSING, "vid1", "https://www.youtube.com/watch?v=vid1",
    )  # fmt: skip
    assert [progress.offset for progress in told] == [KIB256, 2 * KIB256, len(CONTENT)]


def test_a_shorter_range_is_believed(server, call, opened):
    upload, progress = opened
    server.on(
        "PUT", "/session", held(KIB256), held(KIB256 + 1024), held(2 * KIB256), status(200, {"id": "v"})
    )
    send(call, upload, progress)
    assert server.asked[3].headers["content-range"].startswith(f"bytes {KIB256 + 1024}-")


def test_a_broken_upload_goes_on_where_it_stands(server, call, opened):
    upload, progress = opened
    server.on("PUT", "/session", held(2 * KIB256))
    asked = YouTubePublisher().resume(call(), upload, progress)
    assert (asked.stage, asked.offset) == (Stage.TRANSFER, 2 * KIB256)
    assert server.asked[-1].headers["content-range"] == f"bytes */{len(CONTENT)}"


def test_nothing_arrived_yet(server, call, opened):
    server.on("PUT", "/session", status(308))
    assert YouTubePublisher().resume(call(), *opened).offset == 0


def test_a_lost_last_answer_is_unknown_and_settled_by_asking(server, call, opened):
    upload, progress = opened
    server.on("PUT", "/session", held(KIB256), held(2 * KIB256), nothing)
    with pytest.raises(http.OutcomeUnknown):
        send(call, upload, progress)
    server.on("PUT", "/session", status(201, {"id": "vid1"}))
    settled = YouTubePublisher().settle(call(), upload, progress)
    assert (settled.stage, settled.external_id) == (Stage.PROCESSING, "vid1")


def test_a_lost_answer_in_the_middle_is_only_a_fault(server, call, opened):
    server.on("PUT", "/session", nothing)
    with pytest.raises(http.Unavailable):
        send(call, *opened)


def test_a_session_that_is_gone_begins_anew(server, call, opened):
    server.on("PUT", "/session", status(404))
    assert YouTubePublisher().resume(call(), *opened).stage is Stage.OPEN
    assert send(call, *opened) == Progress(Stage.OPEN)


def test_a_gone_session_is_settled_by_the_newest_uploads(server, call, opened):
    upload, progress = opened
    server.on("PUT", "/session", status(404))
    rows = [
        {
            "snippet": {"title": "Another", "publishedAt": "2999-01-01T00:00:00Z"},
            "contentDetails": {"videoId": "a"},
        },
        {
            "snippet": {"title": upload.title, "publishedAt": "2001-01-01T00:00:00Z"},
            "contentDetails": {"videoId": "b"},
        },
        {
            "snippet": {"title": upload.title, "publishedAt": "2999-01-01T00:00:00Z"},
            "contentDetails": {"videoId": "c"},
        },
    ]
    server.on("GET", "/youtube/v3/playlistItems", status(200, {"items": rows}))
    assert YouTubePublisher().settle(call(uploads="UU1"), upload, progress).external_id == "c"
    server.on("GET", "/youtube/v3/playlistItems", status(200, {"items": rows[:2]}))
    assert YouTubePublisher().settle(call(uploads="UU1"), upload, progress).stage is Stage.OPEN


def looked(server, call, state, **details):
    row = {"id": "vid1", "status": state, "processingDetails": details}
    server.on("GET", VIDEOS, status(200, {"items": [row]}))
    there = Progress(Stage.PROCESSING, external_id="vid1")
    return YouTubePublisher().look(call(), an_upload(), there)


def test_processing_is_looked_at_until_it_is_done(server, call):
    going = looked(
        server,
        call,
        {"uploadStatus": "uploaded"},
        processingProgress={"partsTotal": "4", "partsProcessed": "1"},
    )
    assert (going.stage, going.share, going.look_after_s) == (Stage.PROCESSING, 0.25, 7.5)
    assert looked(server, call, {"uploadStatus": "processed"}).stage is Stage.FINISHING


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"uploadStatus": "failed", "failureReason": "codec"}, "Export it as MP4"),
        ({"uploadStatus": "rejected", "rejectionReason": "duplicate"}, "on the channel already"),
    ],
)
def test_what_was_not_kept_says_why(server, call, state, sentence):
    with pytest.raises(http.Rejected, match=sentence):
        looked(server, call, state)


def finish_all(call, upload):
    progress = Progress(Stage.FINISHING, external_id="vid1")
    while progress.stage is not Stage.DONE:
        progress = YouTubePublisher().finish(call("UC1"), upload, progress)
    return progress


def test_everything_that_goes_with_it_is_done_once(server, call, tmp_path):
    picture, words = tmp_path / "t.png", tmp_path / "en.srt"
    picture.write_bytes(b"png")
    words.write_bytes(b"1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    server.on("POST", "/upload/youtube/v3/thumbnails/set", status(200, {}))
    server.on("POST", "/upload/youtube/v3/captions", status(200, {"id": "cap"}))
    server.on("GET", "/youtube/v3/playlistItems", status(200, {"items": []}))
    server.on("POST", "/youtube/v3/playlistItems", status(200, {}))
    server.on("GET", "/youtube/v3/commentThreads", status(200, {"items": []}))
    server.on("POST", "/youtube/v3/commentThreads", status(200, {}))
    upload = an_upload(thumbnail=picture, captions={"en": words}, playlist="PL1", first_comment="Hello")
    assert finish_all(call, upload).finished == ("thumbnail", "captions:en", "playlist", "first_comment")
    posted = {asked.path: asked for asked in server.asked if asked.method == "POST"}
    thumb = posted["/upload/youtube/v3/thumbnails/set"]
    assert (thumb.headers["content-type"], thumb.body) == ("image/png", b"png")
    assert b'"language": "en"' in posted["/upload/youtube/v3/captions"].body
    assert b"Hello" in posted["/upload/youtube/v3/captions"].body
    assert posted["/youtube/v3/playlistItems"].json()["snippet"]["playlistId"] == "PL1"
    assert posted["/youtube/v3/commentThreads"].json() == {
        "snippet": {"videoId": "vid1", "topLevelComment": {"snippet": {"textOriginal": "Hello"}}}
    }


def test_what_is_there_already_is_not_done_again(server, call, tmp_path):
    words = tmp_path / "en.srt"
    words.write_bytes(b"1")
    exists = {"error": {"code": 409, "errors": [{"reason": "captionExists"}], "message": "exists"}}
    server.on("POST", "/upload/youtube/v3/captions", status(409, exists))
    there = [{"snippet": {"resourceId": {"videoId": "vid1"}}}]
    server.on("GET", "/youtube/v3/playlistItems", status(200, {"items": there}))
    said = {"authorChannelId": {"value": "UC1"}, "textOriginal": "Hello"}
    threads = [{"snippet": {"topLevelComment": {"snippet": said}}}]
    server.on("GET", "/youtube/v3/commentThreads", status(200, {"items": threads}))
    done = finish_all(call, an_upload(captions={"en": words}, playlist="PL1", first_comment="Hello"))
    assert done.warnings == ()
    assert [asked.path for asked in server.asked if asked.method == "POST"] == ["/upload/youtube/v3/captions"]


def test_a_refused_extra_is_a_warning(server, call, tmp_path):
    large = tmp_path / "t.png"
    large.write_bytes(b"x" * 2_000_001)
    refused = {
        "error": {"code": 403, "message": "off", "errors": [{"reason": "commentsDisabled", "message": "off"}]}
    }
    server.on("GET", "/youtube/v3/commentThreads", status(403, refused))
    done = finish_all(call, an_upload(thumbnail=large, first_comment="Hello"))
    assert done.warnings == (
        "YouTube: the thumbnail is larger than 2 MB, so it was left out.",
        "YouTube: comments are off for this video. It said: off",
    )


def test_a_fault_in_an_extra_is_tried_again(server, call):
    server.on("GET", "/youtube/v3/commentThreads", status(503))
    with pytest.raises(http.Unavailable):
        YouTubePublisher().finish(
            call(), an_upload(first_comment="Hi"), Progress(Stage.FINISHING, external_id="vid1")
        )


def test_an_edit_keeps_what_it_does_not_name(server, call):
    now = {
        "id": "vid1",
        "snippet": {"title": "Old", "description": "Old", "categoryId": "1", "defaultLanguage": "de"},
        "status": {"privacyStatus": "unlisted", "publicStatsViewable": False},
    }
    server.on("GET", VIDEOS, status(200, {"items": [now]}))
    server.on(
        "PUT",
        VIDEOS,
        status(200, {**now, "snippet": {"title": "A quiet harbour", "description": "Boats at dawn."}}),
    )
    changed = YouTubePublisher().edit(call(), "vid1", an_upload())
    sent = json.loads(server.asked[-1].body)
    assert sent["snippet"]["defaultLanguage"] == "de"
    assert sent["status"]["publicStatsViewable"] is False
    assert changed == Published(
        "vid1", "https://www.youtube.com/watch?v=vid1", "A quiet harbour", "Boats at dawn.", "unlisted"
    )


def test_deleting_twice_is_no_fault(server, call):
    server.on("DELETE", VIDEOS, status(204), status(404))
    YouTubePublisher().delete(call(), "vid1")
    YouTubePublisher().delete(call(), "vid1")


def test_a_scheduled_video_is_private_until_its_time(server, call):
    from datetime import UTC, datetime

    server.on("POST", UPLOAD, status(200, b"", Location=f"{server.url}/session"))
    YouTubePublisher().begin(call(), an_upload(publish_at=datetime(2026, 12, 1, 10, tzinfo=UTC)))
    sent = server.asked[0].json()["status"]
    assert (sent["privacyStatus"], sent["publishAt"]) == ("private", "2026-12-01T10:00:00Z")
