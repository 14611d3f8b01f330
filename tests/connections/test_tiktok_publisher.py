"""Direct posts: what the creator may do, the cut of the file, and what becomes of it (PUB-02)."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.connections.adapters import Progress, Published, Stage
from apps.connections.errors import ConnectionsError
from apps.connections.platforms.oauth import hex_challenge
from apps.connections.platforms.tiktok import chunks
from apps.connections.platforms.tiktok.identity import SCOPES, TikTokIdentity
from apps.connections.platforms.tiktok.publisher import TikTokPublisher
from apps.core import http
from tests.connections.conftest import an_upload
from tests.core.http_loopback import nothing, status

INFO = {
    "creator_username": "kitchen", "creator_nickname": "Kitchen", "max_video_post_duration_sec": 300,
    "privacy_level_options": ["PUBLIC_TO_EVERYONE", "SELF_ONLY"], "comment_disabled": False,
    "duet_disabled": False, "stitch_disabled": True,
}  # fmt: skip
INIT, STATUS = "/v2/post/publish/video/init/", "/v2/post/publish/status/fetch/"
PUBLIC = "PUBLIC_TO_EVERYONE"
CONTENT = bytes(1000)


def ok(data: dict) -> object:
    return status(200, {"data": data, "error": {"code": "ok", "message": "", "log_id": "1"}})


def begin(server, call, **changes) -> Progress:
    server.on("POST", "/v2/post/publish/creator_info/query/", ok(INFO))
    server.on(
        "POST", INIT, ok({"publish_id": "v_pub_file~v2-1.1", "upload_url": f"{server.url}/put?key=secret"})
    )
    return TikTokPublisher().begin(call(), an_upload(**{"privacy": PUBLIC, **changes}))


@given(st.integers(1, 4_000_000_000))
def test_every_size_is_cut_by_the_rules(size):
    """5 to 64 MB a chunk, the last up to 128, at most 1,000, the count rounded down; small files whole."""
    cut = chunks.cut(size)
    assert cut.count == max(size // cut.chunk, 1) <= 1000
    assert cut.chunk == size or 5_000_000 <= cut.chunk <= 64_000_000
    first, last = cut.piece(size - 1)
    assert first + last == size
    assert last <= 128_000_000
    assert cut.floor(size) == size


def test_the_address_has_a_hexadecimal_challenge(app):
    url = TikTokIdentity().authorize_url(app, redirect_uri="http://here", state="s", verifier="v" * 64)
    assert f"code_challenge={hex_challenge('v' * 64)}" in url
    assert "client_key=client-1" in url
    assert "scope=" + "%2C".join(SCOPES) in url


def test_what_the_creator_may_is_asked_before_each_post(server, call):
    progress = begin(
        server, call, options={"comment": True, "stitch": True}, ai_made=True, thumbnail_at_s=1.5
    )
    assert [asked.path for asked in server.asked] == ["/v2/post/publish/creator_info/query/", INIT]
    assert server.asked[1].json() == {
        "post_info": {
            "title": "Boats at dawn.", "privacy_level": PUBLIC, "disable_comment": False, "disable_duet": True,
            "disable_stitch": True, "brand_content_toggle": False, "brand_organic_toggle": False, "is_aigc": True,
            "video_cover_timestamp_ms": 1500,
        },
        "source_info": {"source": "FILE_UPLOAD", "video_size": 1000, "chunk_size": 1000, "total_chunk_count": 1},
    }  # fmt: skip
    assert progress.stage is Stage.TRANSFER
    assert "secret" not in repr(progress)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"privacy": "FOLLOWER_OF_CREATOR"}, "does not offer this visibility"),
        ({"duration_s": 301.0}, "up to 300 s"),
    ],
)
def test_what_it_would_refuse_is_said_before_the_upload(server, call, changes, sentence):
    with pytest.raises(ConnectionsError, match=sentence):
        begin(server, call, **changes)
    assert INIT not in [asked.path for asked in server.asked]


def send(call, progress, upload=None):
    told: list[Progress] = []
    done = TikTokPublisher().send(call(), upload or an_upload(), progress, io.BytesIO(CONTENT), told.append)
    return done, told


def test_a_file_goes_out_in_order(server, call, monkeypatch):
    monkeypatch.setattr(chunks, "WHOLE_MAX", 300)
    monkeypatch.setattr(chunks, "CHUNK", 300)
    progress = begin(server, call)
    server.on("PUT", "/put", status(206), status(206), status(201))
    done, told = send(call, progress)
    ranges = [asked.headers["content-range"] for asked in server.asked if asked.method == "PUT"]
    assert ranges == ["bytes 0-299/1000", "bytes 300-599/1000", "bytes 600-999/1000"]
    assert [one.offset for one in told] == [300, 600, 1000]
    assert done.stage is Stage.PROCESSING


def test_the_last_bytes_answer_decides(server, call):
    progress = begin(server, call)
    server.on("PUT", "/put", nothing)
    with pytest.raises(http.OutcomeUnknown):
        send(call, progress)
    server.on("POST", STATUS, ok({"status": "PROCESSING_DOWNLOAD"}))
    assert TikTokPublisher().settle(call(), an_upload(), progress).stage is Stage.PROCESSING


def resumed(server, call, answer, progress=None, **changes):
    progress = progress or begin(server, call)
    server.on("POST", STATUS, answer)
    return TikTokPublisher().resume(call(), an_upload(**changes), progress)


def test_it_goes_on_at_the_start_of_the_broken_chunk(server, call, monkeypatch):
    monkeypatch.setattr(chunks, "WHOLE_MAX", 300)
    monkeypatch.setattr(chunks, "CHUNK", 300)
    found = resumed(server, call, ok({"status": "PROCESSING_UPLOAD", "uploaded_bytes": 450}))
    assert (found.stage, found.offset) == (Stage.TRANSFER, 300)


def test_an_upload_older_than_its_address_begins_anew(server, call):
    progress = begin(server, call)
    old = {**progress.session, "opened_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    going = ok({"status": "PROCESSING_UPLOAD", "uploaded_bytes": 10})
    assert resumed(server, call, going, progress.at(Stage.TRANSFER, session=old)).stage is Stage.OPEN


def test_an_unknown_upload_begins_anew(server, call):
    unknown = status(400, {"error": {"code": "invalid_publish_id", "message": "?"}})
    assert resumed(server, call, unknown).stage is Stage.OPEN


def looked(server, call, data, **changes):
    progress = begin(server, call).at(Stage.PROCESSING)
    server.on("POST", STATUS, ok(data))
    return TikTokPublisher().look(call(), an_upload(**{"privacy": PUBLIC, **changes}), progress)


def test_a_public_post_gets_its_number_and_link(server, call):
    done = looked(server, call, {"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": [7512]})
    assert (done.stage, done.external_id, done.link) == (
        Stage.FINISHING, "7512", "https://www.tiktok.com/@kitchen/video/7512",
    )  # fmt: skip


def test_until_moderation_is_over_it_is_looked_at_again(server, call):
    assert looked(server, call, {"status": "PUBLISH_COMPLETE"}).stage is Stage.SETTLING


def test_a_private_post_has_no_link_and_is_done(server, call):
    done = looked(server, call, {"status": "PUBLISH_COMPLETE"}, privacy="SELF_ONLY")
    assert (done.stage, done.external_id, done.link) == (Stage.FINISHING, "v_pub_file~v2-1.1", "")
    assert TikTokPublisher().published(call(), done.external_id) == Published(
        done.external_id, privacy="SELF_ONLY"
    )


def test_a_post_that_failed_says_why(server, call):
    with pytest.raises(http.Rejected, match="23 to 60 frames"):
        looked(server, call, {"status": "FAILED", "fail_reason": "frame_rate_check_failed"})


@pytest.mark.parametrize("what", ["edit", "delete"])
def test_what_tiktok_does_not_allow_is_said(call, what):
    publisher = TikTokPublisher()
    with pytest.raises(http.Rejected, match="in TikTok's app"):
        publisher.edit(call(), "7512", an_upload()) if what == "edit" else publisher.delete(call(), "7512")
