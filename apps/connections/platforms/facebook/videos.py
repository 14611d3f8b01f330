"""A page's video: an upload session of the application, a handle for its bytes, and one call that publishes.

Source: "Resumable Upload API" and "Publish a video" (parameter `fbuploader_video_file_chunk`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from django.utils import timezone

from apps.connections.adapters import Progress, Stage, Upload
from apps.connections.platforms.meta.graph import Graph, rows
from apps.connections.platforms.meta.times import is_after
from apps.core import http

_HEADERS = ("file_offset", "file_size")


def begin(graph: Graph, upload: Upload) -> Progress:
    made = graph.post(
        f"{graph.app.client_id}/uploads",
        idempotent=True,
        file_name=f"{upload.key}.mp4",
        file_length=upload.size,
        file_type=upload.content_type,
    )
    if not made.get("id"):
        raise http.Unavailable("Facebook opened no upload. It is tried again.")
    return Progress(
        Stage.TRANSFER, session={"upload": str(made["id"]), "opened_at": timezone.now().isoformat()}
    )


def resume(graph: Graph, upload: Upload, progress: Progress) -> Progress:
    if progress.session.get("handle"):
        return progress.at(Stage.COMMIT)
    arrived = graph.arrived(str(progress.session["upload"]), "file_offset")
    if arrived is None or arrived >= upload.size:  # all there, but its handle was not heard: begin anew
        return Progress(Stage.OPEN)
    return progress.at(Stage.TRANSFER, offset=arrived, share=arrived / max(upload.size, 1))


def send(
    graph: Graph, upload: Upload, progress: Progress, source: BinaryIO, moved: Callable[[Progress], None]
) -> Progress:
    answer = graph.send_bytes(str(progress.session["upload"]), upload, progress, source, moved, _HEADERS)
    if not answer.get("h"):
        raise http.Unavailable("Facebook did not take the file. It is tried again.")
    whole = {**progress.session, "handle": str(answer["h"])}
    sent = progress.at(Stage.COMMIT, session=whole, offset=upload.size, share=1.0)
    moved(sent)
    return sent


def commit(graph: Graph, page: str, upload: Upload, progress: Progress) -> Progress:
    made = graph.post(
        f"{page}/videos",
        address="graph-video",
        fbuploader_video_file_chunk=progress.session["handle"],
        **words(upload),
        **when(upload.publish_at),
    )
    if not made.get("id"):
        raise http.OutcomeUnknown("Facebook did not say what became of the video.")
    return progress.at(Stage.SETTLING, external_id=str(made["id"]), look_after_s=2.0)


def settle(graph: Graph, page: str, upload: Upload, progress: Progress) -> Progress:
    """The page's newest videos show whether one of them is ours."""
    found = rows(graph.get(f"{page}/videos", fields="id,title,description,created_time", limit=25))
    for video in found:
        same = str(video.get("description") or "") == upload.description
        same = same and str(video.get("title") or upload.title) == upload.title
        if same and is_after(video.get("created_time"), progress.session.get("opened_at")):
            return progress.at(Stage.SETTLING, external_id=str(video["id"]), look_after_s=2.0)
    return progress.at(Stage.COMMIT)


def words(upload: Upload) -> dict[str, Any]:
    """Title and text, and whether it was made by a machine."""
    return {
        "title": upload.title,
        "description": upload.description,
        "is_ai_generated": True if upload.ai_made else None,
    }


def when(publish_at: datetime | None) -> dict[str, Any]:
    """Public at once, or by Facebook itself at a time (10 minutes to 30 days ahead)."""
    if publish_at is None:
        return {"published": True}
    return {"published": False, "scheduled_publish_time": int(publish_at.timestamp())}
