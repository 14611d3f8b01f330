"""Google's own client walks the YouTube stand-in; every answer is held against Google's discovery document."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httplib2
import httpx
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload, MediaInMemoryUpload

from tests.sandbox.clients import mp4
from tests.sandbox.live import Sandbox
from tests.sandbox.schemas import complaints

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


class Pointed(httplib2.Http):
    """The client's own transport, with the stand-in in the place of Google: only scheme, host and root change."""

    def __init__(self, base: str, token: str) -> None:
        super().__init__(timeout=10)
        self.base, self.token = base, token
        self.redirect_codes = self.redirect_codes - {308}

    def request(self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any) -> Any:
        parts = urlsplit(uri)
        if not uri.startswith(self.base):
            uri = f"{self.base}{parts.path}?{parts.query}"
        content = body.read() if hasattr(body, "read") else body
        named = {**(headers or {}), "Authorization": f"Bearer {self.token}"}
        answer = httpx.request(method, uri, content=content, headers=named, timeout=10)
        head = {**answer.headers, "status": str(answer.status_code)}
        return httplib2.Response(head), answer.content


@pytest.fixture
def youtube(sandbox: Sandbox) -> Iterator[Any]:
    tokens = sandbox.tokens(sandbox.account("google", "Bread and Salt"))
    http = Pointed(f"{sandbox.url}/google", tokens.access_token)
    with build("youtube", "v3", http=http, static_discovery=True) as client:
        yield client


def upload(youtube: Any, film: bytes, tmp_path: Path, **status: Any) -> dict[str, Any]:
    file = tmp_path / "film.mp4"
    file.write_bytes(film)
    media = MediaFileUpload(str(file), mimetype="video/mp4", chunksize=262_144, resumable=True)
    body = {
        "snippet": {"title": "Bread", "description": "How to.", "categoryId": "26", "tags": ["bread"]},
        "status": {"privacyStatus": "public", "selfDeclaredMadeForKids": False, **status},
    }
    asked = youtube.videos().insert(part="snippet,status,contentDetails", body=body, media_body=media)
    made = None
    while made is None:
        _, made = asked.next_chunk()
    return dict(made)


@pytest.mark.spec("SBX-01", "SBX-03")
def test_google_s_client_uploads_in_chunks_and_reads_the_video(
    sandbox: Sandbox, youtube: Any, tmp_path: Path
) -> None:
    made = upload(youtube, mp4(duration_s=30, size=700_000), tmp_path)
    channel = youtube.channels().list(
        part="id,snippet,statistics,contentDetails,status,brandingSettings", mine=True
    )
    uploads = channel.execute()["items"][0]["contentDetails"]["relatedPlaylists"]["uploads"]
    listed = youtube.playlistItems().list(part="snippet,contentDetails,status", playlistId=uploads).execute()
    parts = "id,snippet,status,statistics,contentDetails,processingDetails,fileDetails,player"
    whole = youtube.videos().list(part=parts, id=made["id"]).execute()["items"][0]
    stats = youtube.videos().batchGetStats(id=made["id"]).execute()
    assert made["contentDetails"]["duration"] == "PT30S"
    assert [one["contentDetails"]["videoId"] for one in listed["items"]] == [made["id"]]
    assert (whole["snippet"]["title"], whole["status"]["uploadStatus"]) == ("Bread", "processed")
    assert [one["id"] for one in stats["items"]] == [made["id"]]
    assert sandbox.calls("google", "videos.insert.bytes") == [
        "videos.insert.bytes 308",
        "videos.insert.bytes 308",
        "videos.insert.bytes 200",
    ]


@pytest.mark.spec("SBX-03")
def test_google_s_client_changes_and_deletes(youtube: Any, tmp_path: Path) -> None:
    made = upload(youtube, mp4(), tmp_path)
    body = {
        "id": made["id"],
        "snippet": {"title": "Better bread", "categoryId": "26"},
        "status": {"privacyStatus": "unlisted"},
    }
    changed = youtube.videos().update(part="snippet,status", body=body).execute()
    with pytest.raises(HttpError) as refused:
        youtube.videos().update(part="snippet", body={"id": made["id"], "snippet": {"title": "x"}}).execute()
    youtube.videos().delete(id=made["id"]).execute()
    assert (changed["snippet"]["title"], changed["snippet"]["description"]) == ("Better bread", "")
    assert "tags" not in changed["snippet"]  # what a named part leaves out is cleared
    assert changed["status"]["privacyStatus"] == "unlisted"
    assert refused.value.error_details[0]["reason"] == "invalidCategoryId"
    assert youtube.videos().list(part="id", id=made["id"]).execute()["items"] == []


@pytest.mark.spec("SBX-03")
def test_google_s_client_sets_what_goes_with_a_video(youtube: Any, tmp_path: Path) -> None:
    made = upload(youtube, mp4(), tmp_path)
    picture = MediaInMemoryUpload(PNG, mimetype="image/png")
    thumbnail = youtube.thumbnails().set(videoId=made["id"], media_body=picture).execute()
    words = MediaInMemoryUpload(b"WEBVTT\n\n00:00.000 --> 00:01.000\nBread", mimetype="text/vtt")
    said = {"snippet": {"videoId": made["id"], "language": "en", "name": ""}}
    track = youtube.captions().insert(part="snippet", body=said, media_body=words).execute()
    with pytest.raises(HttpError) as twice:
        youtube.captions().insert(part="snippet", body=said, media_body=words).execute()
    tracks = youtube.captions().list(part="snippet", videoId=made["id"]).execute()
    shown = (
        youtube.videos().list(part="contentDetails", id=made["id"]).execute()["items"][0]["contentDetails"]
    )
    assert thumbnail["items"][0]["maxres"]["width"] == 1280
    assert [one["id"] for one in tracks["items"]] == [track["id"]]
    assert (twice.value.status_code, twice.value.error_details[0]["reason"]) == (409, "captionExists")
    assert (shown["caption"], shown["hasCustomThumbnail"]) == ("true", True)
    youtube.captions().delete(id=track["id"]).execute()
    assert youtube.captions().list(part="id", videoId=made["id"]).execute()["items"] == []


@pytest.mark.spec("SBX-03")
def test_google_s_client_keeps_playlists(youtube: Any, tmp_path: Path) -> None:
    made = upload(youtube, mp4(), tmp_path)
    body = {"snippet": {"title": "Baking"}, "status": {"privacyStatus": "public"}}
    playlist = youtube.playlists().insert(part="snippet,status,contentDetails", body=body).execute()
    resource = {"kind": "youtube#video", "videoId": made["id"]}
    item = {"snippet": {"playlistId": playlist["id"], "resourceId": resource}}
    youtube.playlistItems().insert(part="snippet", body=item).execute()
    inside = (
        youtube.playlistItems().list(part="snippet", playlistId=playlist["id"], videoId=made["id"]).execute()
    )
    mine = youtube.playlists().list(part="snippet,contentDetails", mine=True).execute()
    assert mine["items"][0]["contentDetails"]["itemCount"] == 1
    assert [one["snippet"]["resourceId"] for one in inside["items"]] == [resource]
    youtube.playlistItems().delete(id=inside["items"][0]["id"]).execute()
    youtube.playlists().delete(id=playlist["id"]).execute()
    assert youtube.playlists().list(part="id", mine=True).execute()["items"] == []


@pytest.mark.spec("SBX-02", "SBX-03")
def test_google_s_client_comments_and_moderates(youtube: Any, tmp_path: Path) -> None:
    made = upload(youtube, mp4(), tmp_path)
    top = {"snippet": {"videoId": made["id"], "topLevelComment": {"snippet": {"textOriginal": "First!"}}}}
    thread = youtube.commentThreads().insert(part="snippet", body=top).execute()
    answer = {"snippet": {"parentId": thread["id"], "textOriginal": "Second."}}
    reply = youtube.comments().insert(part="snippet", body=answer).execute()
    threads = youtube.commentThreads().list(part="snippet,replies", videoId=made["id"]).execute()["items"]
    replies = youtube.comments().list(part="snippet", parentId=thread["id"]).execute()["items"]
    assert [one["snippet"]["topLevelComment"]["snippet"]["textOriginal"] for one in threads] == ["First!"]
    assert [one["id"] for one in threads[0]["replies"]["comments"]] == [reply["id"]]
    assert [one["snippet"]["parentId"] for one in replies] == [thread["id"]]
    youtube.comments().setModerationStatus(id=thread["id"], moderationStatus="heldForReview").execute()
    held = (
        youtube.commentThreads()
        .list(part="snippet", videoId=made["id"], moderationStatus="heldForReview")
        .execute()
    )
    assert [one["id"] for one in held["items"]] == [thread["id"]]
    assert youtube.commentThreads().list(part="snippet", videoId=made["id"]).execute()["items"] == []
    youtube.comments().delete(id=thread["id"]).execute()
    with pytest.raises(HttpError) as gone:
        youtube.comments().delete(id=thread["id"]).execute()
    assert (gone.value.status_code, gone.value.error_details[0]["reason"]) == (404, "commentNotFound")


@pytest.mark.spec("SBX-03")
def test_google_s_client_searches_and_pages(youtube: Any, tmp_path: Path) -> None:
    ids = [upload(youtube, mp4(), tmp_path)["id"] for _ in range(3)]
    first = youtube.search().list(part="snippet", q="bread", type="video", order="date", maxResults=2)
    page = first.execute()
    rest = youtube.search().list_next(first, page).execute()
    assert [one["id"]["videoId"] for one in page["items"] + rest["items"]] == ids[::-1]
    assert youtube.search().list_next(first, rest) is None
    assert len(youtube.search().list(part="id", forMine=True, type="video").execute()["items"]) == 3
    categories = youtube.videoCategories().list(part="snippet", regionCode="DE").execute()
    assert categories["items"][0]["snippet"]["title"] == "Film & Animation"


def test_another_s_private_video_is_not_there_for_anybody_else(
    sandbox: Sandbox, youtube: Any, tmp_path: Path
) -> None:
    made = upload(youtube, mp4(), tmp_path, privacyStatus="private")
    tokens = sandbox.tokens(sandbox.account("google", "A stranger"))
    http = Pointed(f"{sandbox.url}/google", tokens.access_token)
    stranger = build("youtube", "v3", http=http, static_discovery=True)
    assert stranger.videos().list(part="id", id=made["id"]).execute()["items"] == []
    with pytest.raises(HttpError) as refused:
        stranger.videos().delete(id=made["id"]).execute()
    assert (refused.value.status_code, refused.value.error_details[0]["reason"]) == (403, "forbidden")


def test_check_of_answers_sees_what_it_should() -> None:
    """The fixture's own check would be worth nothing if it let wrong answers through."""
    good = {"kind": "youtube#video", "id": "x", "status": {"privacyStatus": "public"}}
    page = {"kind": "youtube#videoListResponse", "items": [good]}
    bad = [
        {**page, "items": [{**good, "status": {"privacyStatus": "secret"}}]},
        {**page, "items": [{**good, "nonsense": 1}]},
        {**page, "items": [{**good, "statistics": {"viewCount": 7}}]},
        {**page, "items": [{**good, "snippet": {"publishedAt": "yesterday"}}]},
    ]
    verdicts = [complaints("GET", "youtube/v3/videos", 200, json.dumps(one).encode()) for one in (page, *bad)]
    assert verdicts[0] == []
    assert all(len(found) == 1 for found in verdicts[1:]), verdicts
    assert complaints("GET", "youtube/v3/films", 200, b"{}") != []
    assert complaints("GET", "youtube/v3/videos", 403, b'{"message": "no"}') != []
