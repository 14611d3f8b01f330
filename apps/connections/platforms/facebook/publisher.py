"""Publishing on Facebook pages: videos and reels, which Facebook takes by different calls."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from apps.connections.adapters import Call, Progress, Published, Publisher, Stage, Upload
from apps.connections.capabilities import PostKind
from apps.connections.platforms.facebook import reels, videos
from apps.connections.platforms.facebook.identity import INSIGHTS
from apps.connections.platforms.meta.comments import comment_once
from apps.connections.platforms.meta.errors import fate
from apps.connections.platforms.meta.graph import Graph
from apps.connections.platforms.meta.insights import seen
from apps.core import http

SERVICE = "Facebook"
# Reels first, then what videos have: unverified, as these names change (see insights.py).
VIEWS = ("fb_reels_total_plays", "blue_reels_play_count", "total_video_views")
LONGEST_LOOK_S = 60.0
THUMBNAIL_BYTES = 4_000_000  # unverified
_FIELDS = "id,title,description,permalink_url,published"


class FacebookPublisher(Publisher):
    """Nothing is seen before `commit`."""

    tells_views = True
    views_need = (INSIGHTS,)

    def begin(self, call: Call, upload: Upload) -> Progress:
        graph = _graph(call)
        return reels.begin(graph, call.account_id) if _is_reel(upload) else videos.begin(graph, upload)

    def resume(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        ask = reels.resume if _is_reel(upload) else videos.resume
        return ask(_graph(call), upload, progress)

    def send(
        self,
        call: Call,
        upload: Upload,
        progress: Progress,
        source: BinaryIO,
        moved: Callable[[Progress], None],
    ) -> Progress:
        send = reels.send if _is_reel(upload) else videos.send
        return send(_graph(call), upload, progress, source, moved)

    def look(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """Until it is published (or waits for its time), with its link. Raises what Facebook says of a failure."""
        video = _graph(call).get(progress.external_id, fields="status,permalink_url")
        state = video.get("status")
        state = state if isinstance(state, dict) else {}
        _raise_failure(state)
        published = _phase(state, "publishing_phase") in ("complete", "scheduled", "") or bool(
            upload.publish_at
        )
        if published and _word(state) in ("ready", "", "scheduled"):
            return progress.at(Stage.FINISHING, link=_link(video), share=1.0)
        return progress.at(Stage.SETTLING, look_after_s=min(progress.look_after_s * 2, LONGEST_LOOK_S))

    def commit(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        commit = reels.commit if _is_reel(upload) else videos.commit
        return commit(_graph(call), call.account_id, upload, progress)

    def settle(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        graph = _graph(call)
        if _is_reel(upload):
            return reels.settle(graph, progress)
        return videos.settle(graph, call.account_id, upload, progress)

    def finish(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        wanted = [
            name
            for name, value in (("thumbnail", upload.thumbnail), ("first_comment", upload.first_comment))
            if value
        ]
        missing = next((name for name in wanted if name not in progress.finished), "")
        if not missing:
            return progress.at(Stage.DONE)
        warnings = progress.warnings
        try:
            if missing == "thumbnail" and upload.thumbnail:
                _set_thumbnail(_graph(call), progress.external_id, upload.thumbnail)
            else:
                comment_once(_graph(call), progress.external_id, upload.first_comment, "message")
        except http.Rejected as error:
            warnings = (*warnings, error.message)
        return progress.at(Stage.FINISHING, finished=(*progress.finished, missing), warnings=warnings)

    def edit(self, call: Call, external_id: str, upload: Upload) -> Published:
        graph = _graph(call)
        graph.post(external_id, idempotent=True, title=upload.title, description=upload.description)
        return _published(graph.get(external_id, fields=_FIELDS))

    def delete(self, call: Call, external_id: str) -> None:
        try:
            _graph(call).delete(external_id)
        except http.Rejected as error:
            if error.code != "100":  # gone already
                raise

    def published(self, call: Call, external_id: str) -> Published | None:
        try:
            return _published(_graph(call).get(external_id, fields=_FIELDS))
        except http.Rejected as error:
            if error.code == "100":
                return None
            raise

    def views(self, call: Call, external_ids: Sequence[str]) -> dict[str, int]:
        return seen(_graph(call), external_ids, "video_insights", VIEWS)


def _graph(call: Call) -> Graph:
    return Graph.of(call, SERVICE)


def _is_reel(upload: Upload) -> bool:
    return upload.kind is PostKind.SHORT


def _word(state: dict[str, Any]) -> str:
    return str(state.get("video_status") or "").lower()


def _phase(state: dict[str, Any], name: str) -> str:
    phase = state.get(name)
    return str(phase.get("status") or "").lower() if isinstance(phase, dict) else ""


def _raise_failure(state: dict[str, Any]) -> None:
    """Raises the reason where one of the phases failed."""
    for name in ("uploading_phase", "processing_phase", "publishing_phase"):
        if _phase(state, name) == "error" or (_word(state) == "error" and state.get(name)):
            phase = state[name]
            told = phase.get("errors") or phase.get("error") or []
            first = told[0] if isinstance(told, list) and told else told
            said = first.get("message") if isinstance(first, dict) else ""
            raise fate(str(said or "the video could not be processed"))
    if _word(state) == "error":
        raise fate("the video could not be processed")


def _link(video: dict[str, Any]) -> str:
    link = str(video.get("permalink_url") or "")
    return f"https://www.facebook.com{link}" if link.startswith("/") else link


def _published(video: dict[str, Any]) -> Published:
    return Published(
        external_id=str(video.get("id") or ""),
        link=_link(video),
        title=str(video.get("title") or ""),
        description=str(video.get("description") or ""),
        privacy="" if video.get("published", True) else "scheduled",
    )


def _set_thumbnail(graph: Graph, video: str, path: Path) -> None:
    if path.stat().st_size > THUMBNAIL_BYTES:
        raise http.Rejected("Facebook: the thumbnail is larger than 4 MB, so it was left out.")
    kind = "image/png" if path.suffix.lower() == ".png" else "image/jpeg"
    files = {"source": (path.name, path.read_bytes(), kind)}
    graph.post_file(f"{video}/thumbnails", files, is_preferred="true")
