"""Publishing reels on Instagram: a container, its bytes, a look whether it is ready, and one call that makes it public.

Source: "Content publishing" and "Resumable uploads" of the Instagram platform. A container lives for 24 hours.
"""

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from django.utils import timezone

from apps.connections.adapters import Call, Progress, Published, Publisher, Stage, Upload
from apps.connections.platforms.instagram.identity import INSIGHTS
from apps.connections.platforms.meta.comments import comment_once
from apps.connections.platforms.meta.errors import fate
from apps.connections.platforms.meta.graph import Graph, rows
from apps.connections.platforms.meta.insights import seen
from apps.connections.platforms.meta.times import is_after
from apps.core import http

SERVICE = "Instagram"
VIEWS = ("views",)
LONGEST_LOOK_S = 60.0  # the official pace
_CANNOT = "Instagram does not let applications {} a post. {} it in Instagram's app."


class InstagramPublisher(Publisher):
    """Reels, for both kinds of post."""

    tells_views = True
    views_need = (INSIGHTS,)

    def begin(self, call: Call, upload: Upload) -> Progress:
        """Raises QuotaExceeded where the account has published as often as it may within a day."""
        graph = Graph.of(call, SERVICE)
        _check_quota(graph, call.account_id)
        made = graph.post(
            f"{call.account_id}/media",
            idempotent=True,  # a container that is never published is seen by nobody
            media_type="REELS",
            upload_type="resumable",
            caption=upload.description,
            share_to_feed=bool(upload.options.get("share_to_feed", True)),
            thumb_offset=None if upload.thumbnail_at_s is None else int(upload.thumbnail_at_s * 1000),
            is_ai_generated=True if upload.ai_made else None,
        )
        if not made.get("id") or not made.get("uri"):
            raise http.Unavailable("Instagram opened no upload. It is tried again.")
        opened = {
            "container": str(made["id"]),
            "uri": str(made["uri"]),
            "opened_at": timezone.now().isoformat(),
        }
        return Progress(Stage.TRANSFER, session=opened)

    def resume(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """The upload address is asked how much it has (not documented); where it does not say, a new container."""
        graph = Graph.of(call, SERVICE)
        state = self._state(graph, progress)
        if state is None or state.get("status_code") in ("EXPIRED", "ERROR"):
            return Progress(Stage.OPEN)
        if state.get("status_code") in ("FINISHED", "PUBLISHED"):
            return self._read(state, progress)
        arrived = graph.arrived(str(progress.session["uri"]), "offset")
        if arrived is None:
            return Progress(Stage.OPEN)
        if arrived >= upload.size:
            return progress.at(Stage.PROCESSING, offset=upload.size)
        return progress.at(Stage.TRANSFER, offset=arrived, share=arrived / max(upload.size, 1))

    def send(
        self,
        call: Call,
        upload: Upload,
        progress: Progress,
        source: BinaryIO,
        moved: Callable[[Progress], None],
    ) -> Progress:
        graph = Graph.of(call, SERVICE)
        answer = graph.send_bytes(str(progress.session["uri"]), upload, progress, source, moved)
        if answer.get("success") is not True:
            raise http.Unavailable("Instagram did not take the file. It is tried again.")
        sent = progress.at(Stage.PROCESSING, offset=upload.size, share=1.0, look_after_s=5.0)
        moved(sent)
        return sent

    def look(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        graph = Graph.of(call, SERVICE)
        if progress.stage is Stage.SETTLING:
            return self._linked(graph, call.account_id, upload, progress)
        state = self._state(graph, progress)
        return Progress(Stage.OPEN) if state is None else self._read(state, progress)

    def commit(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        graph = Graph.of(call, SERVICE)
        made = graph.post(f"{call.account_id}/media_publish", creation_id=progress.session["container"])
        if not made.get("id"):
            raise http.OutcomeUnknown("Instagram did not say what became of the reel.")
        return progress.at(Stage.SETTLING, external_id=str(made["id"]), look_after_s=1.0)

    def settle(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """The container says whether it was published; which reel it became, the newest ones show."""
        state = self._state(Graph.of(call, SERVICE), progress)
        return Progress(Stage.OPEN) if state is None else self._read(state, progress)

    def finish(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        if not upload.first_comment or "first_comment" in progress.finished:
            return progress.at(Stage.DONE)
        warnings = progress.warnings
        try:
            comment_once(Graph.of(call, SERVICE), progress.external_id, upload.first_comment)
        except http.Rejected as error:
            warnings = (*warnings, error.message)
        return progress.at(Stage.FINISHING, finished=(*progress.finished, "first_comment"), warnings=warnings)

    def edit(self, call: Call, external_id: str, upload: Upload) -> Published:
        raise http.Rejected(_CANNOT.format("change", "Change"))

    def delete(self, call: Call, external_id: str) -> None:
        raise http.Rejected(_CANNOT.format("delete", "Delete"))

    def published(self, call: Call, external_id: str) -> Published | None:
        try:
            media = Graph.of(call, SERVICE).get(external_id, fields="id,permalink,caption")
        except http.Rejected as error:
            if error.code == "100":  # what is not there any more
                return None
            raise
        return Published(
            external_id, link=str(media.get("permalink") or ""), description=str(media.get("caption") or "")
        )

    def views(self, call: Call, external_ids: Sequence[str]) -> dict[str, int]:
        return seen(Graph.of(call, SERVICE), external_ids, "insights", VIEWS)

    def _state(self, graph: Graph, progress: Progress) -> dict[str, Any] | None:
        """What the container says; None where it is gone."""
        try:
            return graph.get(str(progress.session["container"]), fields="status_code,status")
        except http.Rejected as error:
            if error.code == "100":
                return None
            raise

    def _read(self, state: dict[str, Any], progress: Progress) -> Progress:
        word = state.get("status_code")
        if word == "ERROR":
            raise fate(str(state.get("status") or ""))
        if word == "EXPIRED":
            return Progress(Stage.OPEN)
        if word == "FINISHED":
            return progress.at(Stage.COMMIT, share=1.0)
        if word == "PUBLISHED":
            return progress.at(Stage.SETTLING, share=1.0, look_after_s=2.0)
        return progress.at(Stage.PROCESSING, look_after_s=min(progress.look_after_s * 2, LONGEST_LOOK_S))

    def _linked(self, graph: Graph, account: str, upload: Upload, progress: Progress) -> Progress:
        """With its id and link, once Instagram lists it."""
        if progress.external_id:
            media = graph.get(progress.external_id, fields="id,permalink")
        else:
            media = _newest_like(graph, account, upload, progress) or {}
        if not media.get("id"):
            return progress.at(Stage.SETTLING, look_after_s=min(progress.look_after_s * 2, LONGEST_LOOK_S))
        return progress.at(
            Stage.FINISHING, external_id=str(media["id"]), link=str(media.get("permalink") or ""), share=1.0
        )


def _check_quota(graph: Graph, account: str) -> None:
    """The limit differs by account and over time (50 or 100 a day), so it is read."""
    found = rows(graph.get(f"{account}/content_publishing_limit", fields="quota_usage,config"))
    if not found:
        return
    config = found[0].get("config")
    total = config.get("quota_total") if isinstance(config, dict) else None
    used = found[0].get("quota_usage")
    if isinstance(total, int) and isinstance(used, int) and used >= total:
        raise http.QuotaExceeded(
            f"Instagram: the account has published {used} of {total} posts that it may within a day.",
            retry_after_s=3600.0,
            code="2207042",
        )


def _newest_like(graph: Graph, account: str, upload: Upload, progress: Progress) -> dict[str, Any] | None:
    """The newest reel with this caption that came after the container was made."""
    opened_at = progress.session.get("opened_at")
    found = rows(graph.get(f"{account}/media", fields="id,caption,permalink,timestamp", limit=25))
    for media in found:
        if str(media.get("caption") or "") == upload.description and is_after(
            media.get("timestamp"), opened_at
        ):
            return media
    return None
