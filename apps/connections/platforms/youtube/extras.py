"""What goes with a video once it is there: thumbnail, captions, playlist, first comment.

A refusal of one of them is a warning: the video is published all the same. Each is done once: captions answer
`captionExists`, playlist and comment are looked for first.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from apps.connections.adapters import Call, Progress, Stage, Upload
from apps.connections.platforms.youtube.client import client, items, part
from apps.core import http

THUMBNAIL_BYTES = 2_000_000  # the discovery document allows 50 MB, older pages 2 MB: the safe one
CAPTION_BYTES = 10_000_000
BOUNDARY = "showrunner-caption-part"


def wanted(upload: Upload) -> Iterator[str]:
    """The extras of an upload by name, in the order in which they are done."""
    if upload.thumbnail:
        yield "thumbnail"
    for language in upload.captions:
        yield f"captions:{language}"
    if upload.playlist:
        yield "playlist"
    if upload.first_comment:
        yield "first_comment"


def next_one(call: Call, upload: Upload, progress: Progress) -> Progress:
    """Do the first extra that is not done; DONE when none is left."""
    missing = next((name for name in wanted(upload) if name not in progress.finished), "")
    if not missing:
        return progress.at(Stage.DONE)
    warnings = progress.warnings
    try:
        _do(missing, call, upload, progress.external_id)
    except http.Rejected as error:
        warnings = (*warnings, error.message)
    return progress.at(Stage.FINISHING, finished=(*progress.finished, missing), warnings=warnings)


def _do(name: str, call: Call, upload: Upload, video: str) -> None:
    if name == "thumbnail" and upload.thumbnail:
        _set_thumbnail(call, video, upload.thumbnail)
    elif name == "playlist":
        _add_to_playlist(call, video, upload.playlist)
    elif name == "first_comment":
        _comment(call, video, upload.first_comment)
    else:
        language = name.partition(":")[2]
        _add_captions(call, video, language, upload.captions[language])


def _set_thumbnail(call: Call, video: str, path: Path) -> None:
    size = path.stat().st_size
    if size > THUMBNAIL_BYTES:
        raise http.Rejected("YouTube: the thumbnail is larger than 2 MB, so it was left out.")
    kind = "image/png" if path.suffix.lower() == ".png" else "image/jpeg"
    with client(call.app, "upload", call.token) as service:
        service.post(
            "/upload/youtube/v3/thumbnails/set",
            params={"videoId": video, "uploadType": "media"},
            content=path.read_bytes(),
            headers={"Content-Type": kind},
            idempotent=True,  # the same picture twice is the same picture
        )


def _add_captions(call: Call, video: str, language: str, path: Path) -> None:
    if path.stat().st_size > CAPTION_BYTES:
        raise http.Rejected(
            f"YouTube: the captions ({language}) are larger than 10 MB, so they were left out."
        )
    facts = {"snippet": {"videoId": video, "language": language, "name": "", "isDraft": False}}
    body = b"".join(
        [
            f"--{BOUNDARY}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n".encode(),
            json.dumps(facts).encode(),
            f"\r\n--{BOUNDARY}\r\nContent-Type: application/octet-stream\r\n\r\n".encode(),
            path.read_bytes(),
            f"\r\n--{BOUNDARY}--\r\n".encode(),
        ]
    )
    with client(call.app, "upload", call.token) as service:
        try:
            service.post(
                "/upload/youtube/v3/captions",
                params={"part": "snippet", "uploadType": "multipart"},
                content=body,
                headers={"Content-Type": f"multipart/related; boundary={BOUNDARY}"},
                idempotent=True,  # a second one of the language answers captionExists
            )
        except http.Rejected as error:
            if error.code != "captionExists":
                raise


def _add_to_playlist(call: Call, video: str, playlist: str) -> None:
    with client(call.app, "api", call.token) as service:
        query = {"part": "snippet", "playlistId": playlist, "videoId": video, "maxResults": 50}
        rows = items(service.get("/youtube/v3/playlistItems", params=query))
        if any(part(part(row, "snippet"), "resourceId").get("videoId") == video for row in rows):
            return
        what = {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}}
        service.post("/youtube/v3/playlistItems", params={"part": "snippet"}, json={"snippet": what})


def _comment(call: Call, video: str, text: str) -> None:
    with client(call.app, "api", call.token) as service:
        query = {"part": "snippet", "videoId": video, "maxResults": 100, "textFormat": "plainText"}
        rows = items(service.get("/youtube/v3/commentThreads", params=query))
        if any(_said(row) == (call.account_id, text) for row in rows):
            return
        what = {"videoId": video, "topLevelComment": {"snippet": {"textOriginal": text}}}
        service.post("/youtube/v3/commentThreads", params={"part": "snippet"}, json={"snippet": what})


def _said(thread: dict[str, object]) -> tuple[str, str]:
    """Who said what in a thread's first comment."""
    words = part(part(part(thread, "snippet"), "topLevelComment"), "snippet")
    author = part(words, "authorChannelId").get("value") or ""
    return str(author), str(words.get("textOriginal") or words.get("textDisplay") or "")
