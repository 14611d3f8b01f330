"""A page's reel: start, bytes, finish ("Reels publishing" of the Video API)."""

from collections.abc import Callable
from typing import Any, BinaryIO

from django.utils import timezone

from apps.connections.adapters import Progress, Stage, Upload
from apps.connections.platforms.facebook.videos import words
from apps.connections.platforms.meta.graph import Graph
from apps.core import http


def begin(graph: Graph, page: str) -> Progress:
    made = graph.post(f"{page}/video_reels", idempotent=True, upload_phase="start")
    if not made.get("video_id") or not made.get("upload_url"):
        raise http.Unavailable("Facebook opened no upload. It is tried again.")
    opened = {
        "video": str(made["video_id"]),
        "url": str(made["upload_url"]),
        "opened_at": timezone.now().isoformat(),
    }
    return Progress(Stage.TRANSFER, session=opened)


def resume(graph: Graph, upload: Upload, progress: Progress) -> Progress:
    if progress.offset >= upload.size:
        return progress.at(Stage.COMMIT)
    arrived = graph.arrived(str(progress.session["url"]), "offset")
    if arrived is None:
        return Progress(Stage.OPEN)
    if arrived >= upload.size:
        return progress.at(Stage.COMMIT, offset=upload.size, share=1.0)
    return progress.at(Stage.TRANSFER, offset=arrived, share=arrived / max(upload.size, 1))


def send(
    graph: Graph, upload: Upload, progress: Progress, source: BinaryIO, moved: Callable[[Progress], None]
) -> Progress:
    answer = graph.send_bytes(str(progress.session["url"]), upload, progress, source, moved)
    if answer.get("success") is not True:
        raise http.Unavailable("Facebook did not take the file. It is tried again.")
    sent = progress.at(Stage.COMMIT, offset=upload.size, share=1.0)
    moved(sent)
    return sent


def commit(graph: Graph, page: str, upload: Upload, progress: Progress) -> Progress:
    state: dict[str, Any] = {"video_state": "PUBLISHED"}
    if upload.publish_at:
        state = {"video_state": "SCHEDULED", "scheduled_publish_time": int(upload.publish_at.timestamp())}
    video = str(progress.session["video"])
    answer = graph.post(
        f"{page}/video_reels", upload_phase="finish", video_id=video, **words(upload), **state
    )
    if answer.get("success") is not True:
        raise http.OutcomeUnknown("Facebook did not say what became of the reel.")
    return progress.at(Stage.SETTLING, external_id=video, look_after_s=2.0)


def settle(graph: Graph, progress: Progress) -> Progress:
    """The video says whether its publishing has begun."""
    video = str(progress.session["video"])
    state = graph.get(video, fields="status").get("status")
    phase = state.get("publishing_phase") if isinstance(state, dict) else None
    word = phase.get("status") if isinstance(phase, dict) else ""
    if word in ("in_progress", "complete"):
        return progress.at(Stage.SETTLING, external_id=video, look_after_s=2.0)
    return progress.at(Stage.COMMIT)
