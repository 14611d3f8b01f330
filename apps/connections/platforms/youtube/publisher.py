"""Publishing on YouTube: one resumable upload, whose last byte makes the video (Data API v3, `videos.insert`)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.connections.adapters import (
    AppCredentials,
    Call,
    PlaylistPage,
    Progress,
    Published,
    Publisher,
    Refusal,
    Stage,
    Upload,
)
from apps.connections.platforms.youtube import extras, playlists, session
from apps.connections.platforms.youtube.client import client, count, items, part, watch_link
from apps.connections.platforms.youtube.errors import FATES
from apps.core import http

CLOCKS_DIFFER = timedelta(minutes=2)
DEFAULT_CATEGORY = "22"  # People & Blogs
LONGEST_LOOK_S = 120.0


class YouTubePublisher(Publisher):
    """Videos and shorts; which of the two a video is, YouTube decides by its shape and length."""

    last_byte_publishes = True
    tells_views = tells_refusals = True

    def begin(self, call: Call, upload: Upload) -> Progress:
        parts = "snippet,status,paidProductPlacementDetails" if upload.paid_promotion else "snippet,status"
        url = session.open_session(call, upload, _resource(upload), parts)
        opened = {"url": url, "opened_at": timezone.now().isoformat()}
        return Progress(Stage.TRANSFER, session=opened)

    def resume(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        return session.ask(call, upload, progress)

    def send(
        self,
        call: Call,
        upload: Upload,
        progress: Progress,
        source: BinaryIO,
        moved: Callable[[Progress], None],
    ) -> Progress:
        return session.send_chunks(call, upload, progress, source, moved)

    def look(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        query = {"part": "status,processingDetails", "id": progress.external_id}
        with client(call.app, "api", call.token) as service:
            found = items(service.get("/youtube/v3/videos", params=query))
        if not found:
            raise http.Rejected("YouTube: the video is not there any more.", code="videoNotFound")
        state = part(found[0], "status")
        word = str(state.get("uploadStatus") or "")
        if word in ("failed", "rejected", "deleted"):
            why = str(state.get("failureReason") or state.get("rejectionReason") or word)
            raise http.Rejected(_fate(why), code=why)
        if word == "processed":
            return progress.at(Stage.FINISHING)
        details = part(found[0], "processingDetails")
        return progress.at(
            Stage.PROCESSING,
            share=_share(part(details, "processingProgress")),
            look_after_s=min(progress.look_after_s * 1.5, LONGEST_LOOK_S),
        )

    def commit(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """Nothing: the last byte did it."""
        return progress

    def settle(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """The session knows. Where it is gone, the channel's newest uploads are looked through."""
        asked = session.ask(call, upload, progress)
        if asked.stage is not Stage.OPEN:
            return asked
        video = self._newest_like(call, upload, progress)
        return session.arrived_as(call.app, progress, upload, video) if video else asked

    def finish(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        return extras.next_one(call, upload, progress)

    def edit(self, call: Call, external_id: str, upload: Upload) -> Published:
        """A PUT clears what it leaves out, so the parts are read first and changed as a whole."""
        query = {"part": "snippet,status", "id": external_id}
        with client(call.app, "api", call.token) as service:
            found = items(service.get("/youtube/v3/videos", params=query))
            if not found:
                raise http.Rejected("YouTube: the video is not there any more.", code="videoNotFound")
            body = {"id": external_id, **_merged(found[0], _resource(upload))}
            answer = service.request(
                "PUT", "/youtube/v3/videos", params={"part": "snippet,status"}, json=body
            )
        return _published(call.app, answer.json_object())

    def delete(self, call: Call, external_id: str) -> None:
        with client(call.app, "api", call.token) as service:
            try:
                service.request("DELETE", "/youtube/v3/videos", params={"id": external_id})
            except http.Rejected as error:
                if error.status != 404:
                    raise

    def published(self, call: Call, external_id: str) -> Published | None:
        query = {"part": "snippet,status", "id": external_id}
        with client(call.app, "api", call.token) as service:
            found = items(service.get("/youtube/v3/videos", params=query))
        return _published(call.app, found[0]) if found else None

    def views(self, call: Call, external_ids: Sequence[str]) -> dict[str, int]:
        query = {"part": "statistics", "id": ",".join(external_ids)}
        with client(call.app, "api", call.token) as service:
            found = items(service.get("/youtube/v3/videos", params=query))
        told = {str(row.get("id") or ""): part(row, "statistics").get("viewCount") for row in found}
        return {video: count(views) for video, views in told.items() if views is not None}

    def refused(self, call: Call, external_ids: Sequence[str]) -> dict[str, Refusal]:
        query = {"part": "status", "id": ",".join(external_ids)}
        with client(call.app, "api", call.token) as service:
            found = items(service.get("/youtube/v3/videos", params=query))
        states = {str(row.get("id") or ""): part(row, "status") for row in found}
        whys = {
            video: str(state.get("rejectionReason") or "")
            for video, state in states.items()
            if state.get("uploadStatus") == "rejected"
        }
        return {video: Refusal(why, _fate(why)) for video, why in whys.items()}

    def playlists(self, call: Call, page: str = "") -> PlaylistPage:
        return playlists.page(call, page)

    def _newest_like(self, call: Call, upload: Upload, progress: Progress) -> str:
        """The id of an upload with this title that came after the session was opened; empty where there is none."""
        opened_at = parse_datetime(str(progress.session.get("opened_at") or ""))
        uploads = str(call.facts.get("uploads") or "")
        if opened_at is None or not uploads:
            return ""
        query = {"part": "snippet,contentDetails", "playlistId": uploads, "maxResults": 50}
        with client(call.app, "api", call.token) as service:
            rows = items(service.get("/youtube/v3/playlistItems", params=query))
        for row in rows:
            words = part(row, "snippet")
            if words.get("title") == upload.title and _is_after(words.get("publishedAt"), opened_at):
                return str(part(row, "contentDetails").get("videoId") or "")
        return ""


def _fate(why: str) -> str:
    return f"YouTube: {FATES.get(why, 'the video was not kept.')}"


def _is_after(text: Any, moment: datetime) -> bool:
    published_at = parse_datetime(str(text or ""))
    return published_at is not None and published_at >= moment - CLOCKS_DIFFER


def _resource(upload: Upload) -> dict[str, Any]:
    """The video resource of an upload. `publishAt` goes only with a private video, which YouTube opens at that time."""
    words: dict[str, Any] = {
        "title": upload.title,
        "description": upload.description,
        "tags": list(upload.tags),
        "categoryId": upload.category or DEFAULT_CATEGORY,
    }
    if upload.language:
        words |= {"defaultLanguage": upload.language, "defaultAudioLanguage": upload.language}
    state: dict[str, Any] = {
        "privacyStatus": "private" if upload.publish_at else (upload.privacy or "private"),
        "selfDeclaredMadeForKids": upload.made_for_kids,
        "containsSyntheticMedia": upload.ai_made,
        "embeddable": bool(upload.options.get("embeddable", True)),
        "license": str(upload.options.get("license") or "youtube"),
    }
    if upload.publish_at:
        state["publishAt"] = upload.publish_at.isoformat().replace("+00:00", "Z")
    resource = {"snippet": words, "status": state}
    if upload.paid_promotion:
        resource["paidProductPlacementDetails"] = {"hasPaidProductPlacement": True}
    return resource


def _merged(now: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What is there with the new words over it; the visibility stays, unless the edit names another."""
    kept = ("publishAt",) if not part(wanted, "status").get("publishAt") else ()
    state = {name: value for name, value in part(wanted, "status").items() if name not in kept}
    return {
        "snippet": {**part(now, "snippet"), **part(wanted, "snippet")},
        "status": {**part(now, "status"), **state},
    }


def _published(app: AppCredentials, row: dict[str, Any]) -> Published:
    words, video = part(row, "snippet"), str(row.get("id") or "")
    return Published(
        external_id=video,
        link=watch_link(app, video),
        title=str(words.get("title") or ""),
        description=str(words.get("description") or ""),
        privacy=str(part(row, "status").get("privacyStatus") or ""),
    )


def _share(told: dict[str, Any]) -> float:
    done, total = told.get("partsProcessed"), told.get("partsTotal")
    try:
        return min(float(done) / float(total), 1.0) if done and total else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0
