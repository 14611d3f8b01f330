"""YouTube's resumable uploads against the stand-in, walked by hand."""

import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.utils import timezone

from apps.sandbox import files
from apps.sandbox.models import Account
from apps.sandbox.services import grants, quota
from tests.sandbox.clients import Api, mp4, reason
from tests.sandbox.live import Sandbox

PIECE = 262_144
SAID = {
    "snippet": {
        "title": "Five ways to fold dough",
        "description": "All of them.",
        "tags": ["a b", "c"],
        "categoryId": "22",
    },
    "status": {"privacyStatus": "public", "selfDeclaredMadeForKids": False},
}


@pytest.fixture
def api(sandbox: Sandbox) -> Api:
    return Api(f"{sandbox.url}/google", sandbox.tokens(sandbox.account("google")).access_token)


def begin(api: Api, size: int, said: dict[str, Any] | None = None) -> httpx.Response:
    return api(
        "POST",
        "upload/youtube/v3/videos?uploadType=resumable&part=snippet,status",
        json=SAID if said is None else said,
        headers={"X-Upload-Content-Type": "video/mp4", "X-Upload-Content-Length": str(size)},
    )


def put(api: Api, session: str, content: bytes, span: str) -> httpx.Response:
    return api("PUT", session, content=content, headers={"Content-Range": f"bytes {span}"})


@pytest.mark.spec("SBX-01", "SBX-02")
def test_video_in_chunks(sandbox: Sandbox, api: Api) -> None:
    film = mp4(duration_s=65, size=PIECE + 1000)
    session = begin(api, len(film)).headers["location"]
    first = put(api, session, film[:PIECE], f"0-{PIECE - 1}/{len(film)}")
    asked = put(api, session, b"", f"*/{len(film)}")
    last = put(api, session, film[PIECE:], f"{PIECE}-{len(film) - 1}/{len(film)}")
    assert (first.status_code, first.headers["range"]) == (308, f"bytes=0-{PIECE - 1}")
    assert (asked.status_code, asked.headers["range"]) == (308, f"bytes=0-{PIECE - 1}")
    made = last.json()
    assert (last.status_code, made["snippet"]["title"], made["status"]["privacyStatus"]) == (
        200,
        "Five ways to fold dough",
        "public",
    )
    video = sandbox.videos(sandbox_channel(api))[0]
    assert (video.size, video.sha256) == (len(film), hashlib.sha256(film).hexdigest())
    assert files.path(video.file).read_bytes() == film
    shown = api(
        "GET", f"youtube/v3/videos?part=contentDetails,fileDetails,processingDetails&id={made['id']}"
    ).json()
    details = shown["items"][0]
    assert details["contentDetails"]["duration"] == "PT1M5S"
    assert details["fileDetails"]["fileSize"] == str(len(film))
    assert details["processingDetails"]["processingStatus"] == "succeeded"


def sandbox_channel(api: Api) -> Account:
    found = grants.find("google", api.token)
    assert found is not None
    return found.account


def test_video_whole_in_one_request(api: Api) -> None:
    film = mp4()
    session = begin(api, len(film)).headers["location"]
    made = api("PUT", session, content=film, headers={"Content-Type": "video/mp4"})
    again = api("PUT", session, headers={"Content-Range": f"bytes */{len(film)}"})
    assert made.status_code == again.status_code == 200
    assert made.json()["id"] == again.json()["id"]


def test_empty_session_answers_without_a_range(api: Api) -> None:
    asked = put(api, begin(api, 10).headers["location"], b"", "*/10")
    assert (asked.status_code, "range" in asked.headers) == (308, False)


def test_session_needs_no_token_since_its_address_is_secret(sandbox: Sandbox, api: Api) -> None:
    session = begin(api, 10).headers["location"]
    assert httpx.put(session, headers={"Content-Range": "bytes */10"}).status_code == 308


def test_chunk_that_is_no_multiple_of_256_kib_is_refused(api: Api) -> None:
    session = begin(api, 1_000_000).headers["location"]
    answer = put(api, session, bytes(1000), "0-999/1000000")
    assert (answer.status_code, reason(answer)) == (400, "invalidChunkSize")


@pytest.mark.parametrize("span", ["nonsense", "0-9/11", "5-14/10"])
def test_range_that_does_not_fit_is_refused(api: Api, span: str) -> None:
    session = begin(api, 10).headers["location"]
    answer = put(api, session, bytes(10), span)
    assert (answer.status_code, reason(answer)) == (400, "invalidContentRange")


def test_bytes_that_are_there_already_are_not_taken_twice(sandbox: Sandbox, api: Api) -> None:
    size = 2 * PIECE
    session = begin(api, size).headers["location"]
    put(api, session, bytes(PIECE), f"0-{PIECE - 1}/{size}")
    again = put(api, session, b"x" * PIECE, f"0-{PIECE - 1}/{size}")
    assert (again.status_code, again.headers["range"]) == (308, f"bytes=0-{PIECE - 1}")
    done = put(api, session, bytes(PIECE), f"{PIECE}-{size - 1}/{size}")
    assert done.status_code == 200
    assert sandbox.videos(sandbox_channel(api))[0].sha256 == hashlib.sha256(bytes(size)).hexdigest()


def test_unknown_expired_and_cancelled_sessions_are_404(api: Api) -> None:
    session = begin(api, 10).headers["location"]
    unknown = put(api, f"{session}x", b"", "*/10")
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        expired = put(api, session, b"", "*/10")
    assert api("DELETE", session).status_code == 499
    cancelled = put(api, session, b"", "*/10")
    assert [unknown.status_code, expired.status_code, cancelled.status_code] == [404, 404, 404]


@pytest.mark.parametrize(
    ("snippet", "status", "refused"),
    [
        ({"title": ""}, {}, (400, "invalidTitle")),
        ({"title": "a" * 101}, {}, (400, "invalidTitle")),
        ({"title": "a <b>"}, {}, (400, "invalidTitle")),
        ({"description": "ä" * 2501}, {}, (400, "invalidDescription")),
        ({"tags": ["a" * 400, "b" * 100]}, {}, (400, "invalidTags")),
        ({"categoryId": "999"}, {}, (400, "invalidCategoryId")),
        ({}, {"privacyStatus": "secret"}, (403, "forbiddenPrivacySetting")),
        ({}, {"privacyStatus": "public", "publishAt": "2999-01-01T00:00:00Z"}, (400, "invalidPublishAt")),
        ({}, {"privacyStatus": "private", "publishAt": "2001-01-01T00:00:00Z"}, (400, "invalidPublishAt")),
    ],
)
def test_what_is_said_of_a_video_is_checked_before_its_bytes(
    api: Api, snippet: dict[str, Any], status: dict[str, Any], refused: tuple[int, str]
) -> None:
    said = {"snippet": {**SAID["snippet"], **snippet}, "status": {**SAID["status"], **status}}
    answer = begin(api, 10, said)
    assert (answer.status_code, reason(answer)) == refused


def test_account_without_a_channel_cannot_upload(sandbox: Sandbox) -> None:
    tokens = sandbox.tokens(sandbox.account("google", no_channel=True))
    answer = begin(Api(f"{sandbox.url}/google", tokens.access_token), 10)
    assert (answer.status_code, reason(answer)) == (401, "youtubeSignupRequired")


@pytest.mark.spec("SBX-02")
def test_channel_has_a_daily_cap(sandbox: Sandbox) -> None:
    tokens = sandbox.tokens(sandbox.account("google", upload_cap=1))
    api = Api(f"{sandbox.url}/google", tokens.access_token)
    api("PUT", begin(api, len(mp4())).headers["location"], content=mp4())
    answer = begin(api, 10)
    assert (answer.status_code, reason(answer)) == (400, "uploadLimitExceeded")


@pytest.mark.spec("SBX-02")
def test_project_has_a_hundred_uploads_a_day_until_pacific_midnight(sandbox: Sandbox) -> None:
    with time_machine.travel("2026-11-27T20:00:00Z", tick=False):
        api = Api(f"{sandbox.url}/google", sandbox.tokens(sandbox.account("google")).access_token)
        quota.spend("google", "uploads", "sandbox-youtube", 99, 100, quota.pacific_midnight())
        assert begin(api, 10).status_code == 200
        refused = begin(api, 10)
    assert (refused.status_code, reason(refused)) == (403, "quotaExceeded")
    with time_machine.travel("2026-11-28T08:01:00Z", tick=False):
        api = Api(f"{sandbox.url}/google", sandbox.tokens(sandbox.account("google")).access_token)
        assert begin(api, 10).status_code == 200


def test_unaudited_application_s_videos_stay_private(sandbox: Sandbox, api: Api) -> None:
    sandbox.fail("google", "unaudited")
    made = api("PUT", begin(api, len(mp4())).headers["location"], content=mp4()).json()
    assert made["status"]["privacyStatus"] == "private"


@pytest.mark.spec("SBX-02")
def test_private_video_becomes_public_at_its_time(sandbox: Sandbox, api: Api) -> None:
    at = (timezone.now() + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {**SAID, "status": {"privacyStatus": "private", "publishAt": at}}
    made = api("PUT", begin(api, len(mp4()), said).headers["location"], content=mp4()).json()

    def status() -> dict[str, Any]:
        found = api("GET", f"youtube/v3/videos?part=status&id={made['id']}").json()["items"][0]
        return dict(found["status"])

    assert (status()["privacyStatus"], status()["publishAt"]) == ("private", at)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert (status()["privacyStatus"], "publishAt" in status()) == ("public", False)


@pytest.mark.spec("SBX-02")
def test_processing_advances_with_time(sandbox: Sandbox, api: Api, settings: Any) -> None:
    settings.SANDBOX_PROCESSING_S = 100.0
    made = api("PUT", begin(api, len(mp4())).headers["location"], content=mp4()).json()

    def look(after_s: int) -> tuple[str, str, str]:
        with time_machine.travel(timezone.now() + timedelta(seconds=after_s)):
            found = api("GET", f"youtube/v3/videos?part=status,processingDetails&id={made['id']}").json()[
                "items"
            ][0]
        details = found["processingDetails"]
        progress = details.get("processingProgress", {}).get("partsProcessed", "")
        return details["processingStatus"], progress, found["status"]["uploadStatus"]

    assert [look(0), look(51), look(101)] == [
        ("processing", "0", "uploaded"),
        ("processing", "10", "uploaded"),
        ("succeeded", "", "processed"),
    ]
