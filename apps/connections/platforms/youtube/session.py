"""YouTube's resumable upload: a session address, chunks with `Content-Range`, and 308 with what has arrived.

Source: "Resumable uploads" of the Data API guides. Every chunk but the last is a multiple of 256 KiB; a session whose
address answers 404 is gone; an empty PUT with `bytes */N` asks where it stands.
"""

import re
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from apps.connections.adapters import AppCredentials, Call, Progress, Stage, Upload
from apps.connections.platforms.uploading import after, part, time_for
from apps.connections.platforms.youtube.client import SERVICE, client, watch_link
from apps.core import http

CHUNK = 16 * 1024 * 1024  # the first; a multiple of 256 KiB, as all must be
LARGEST, QUICK_S = 8 * CHUNK, 5.0  # a chunk that took no longer is followed by one of twice the size
_RANGE = re.compile(r"bytes=0-(\d+)")


def open_session(call: Call, upload: Upload, body: dict[str, Any], parts: str) -> str:
    """The address of a new session."""
    headers = {"X-Upload-Content-Type": upload.content_type, "X-Upload-Content-Length": str(upload.size)}
    notify = "true" if upload.options.get("notify_subscribers", True) else "false"
    query = {"uploadType": "resumable", "part": parts, "notifySubscribers": notify}
    with client(call.app, "upload", call.token) as service:
        # An abandoned session is never seen by anybody, so asking twice does no harm.
        answer = service.post(
            "/upload/youtube/v3/videos", params=query, json=body, headers=headers, idempotent=True
        )
    location = answer.headers.get("location", "")
    if not location:
        raise http.Unavailable(f"{SERVICE} opened no upload. It is tried again.")
    return location


def ask(call: Call, upload: Upload, progress: Progress) -> Progress:
    """Where the session stands: a true offset, PROCESSING with the video's id, or OPEN where it is gone."""
    headers = {"Content-Range": f"bytes */{upload.size}", "Content-Length": "0"}
    return _put(call, upload, progress, b"", headers, idempotent=True, timeout_s=30.0)


def send_chunks(
    call: Call, upload: Upload, progress: Progress, source: BinaryIO, moved: Callable[[Progress], None]
) -> Progress:
    """Send what is missing, chunk by chunk. The last byte publishes."""
    chunk = CHUNK
    while progress.stage is Stage.TRANSFER:
        first, began = progress.offset, time.monotonic()
        length = min(chunk, upload.size - first)
        is_last = first + length >= upload.size
        headers = {
            "Content-Range": f"bytes {first}-{first + length - 1}/{upload.size}",
            "Content-Length": str(length),
            "Content-Type": upload.content_type,
        }
        progress = _put(
            call,
            upload,
            progress,
            part(source, first, length),
            headers,
            idempotent=not is_last,
            timeout_s=time_for(length),
        )
        if progress.stage is Stage.TRANSFER and progress.offset <= first:
            raise http.Unavailable(f"{SERVICE} kept nothing of what was sent. It is tried again.")
        moved(progress)
        if time.monotonic() - began < QUICK_S:
            chunk = min(2 * chunk, LARGEST)
    return progress


def _put(
    call: Call,
    upload: Upload,
    progress: Progress,
    content: Any,
    headers: dict[str, str],
    *,
    idempotent: bool,
    timeout_s: float,
) -> Progress:
    url = str(progress.session["url"])
    with client(call.app, "upload", call.token, url) as service:
        try:
            answer = service.request(
                "PUT", url, content=content, headers=headers, idempotent=idempotent, timeout_s=timeout_s
            )
        except http.Rejected as error:
            if error.status in (404, 410):
                return Progress(Stage.OPEN)
            raise
    if answer.status == 308:
        moved_to = answer.headers.get("location") or url
        arrived = _RANGE.match(answer.headers.get("range", ""))
        offset = int(arrived[1]) + 1 if arrived else 0
        return after(progress, upload.size, offset).at(
            Stage.TRANSFER, session={**progress.session, "url": moved_to}
        )
    video = str(answer.json_object().get("id") or "")
    if not video:
        raise http.OutcomeUnknown(f"{SERVICE} took the video, but did not name it.")
    return arrived_as(call.app, progress, upload, video)


def arrived_as(app: AppCredentials, progress: Progress, upload: Upload, video: str) -> Progress:
    """The progress of a video that is there whole."""
    return progress.at(
        Stage.PROCESSING,
        offset=upload.size,
        external_id=video,
        link=watch_link(app, video),
        share=1.0,
        look_after_s=5.0,
    )
