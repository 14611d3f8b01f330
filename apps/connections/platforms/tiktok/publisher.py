"""Publishing on TikTok by direct post: ask what the creator may do, announce the file, send it. The last byte posts."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.connections.adapters import Call, Progress, Published, Publisher, Stage, Upload
from apps.connections.errors import ConnectionsError
from apps.connections.platforms.tiktok.chunks import Cut, cut
from apps.connections.platforms.tiktok.client import SERVICE, WEB, client, creator, data_of
from apps.connections.platforms.tiktok.errors import classify_upload, fate
from apps.connections.platforms.uploading import after, part, time_for
from apps.core import http

ADDRESS_LIVES = timedelta(minutes=55)  # an upload address is good for an hour
LINK_AWAITED = timedelta(
    hours=12
)  # a public post gets its number after moderation: usually a minute, at times hours
LONGEST_LOOK_S = 300.0
PRIVATE = "SELF_ONLY"
_NOT_THERE = ("invalid_publish_id", "token_not_authorized_for_specified_publish_id")


class TikTokPublisher(Publisher):
    """Direct posts with upload of the file. TikTok has one text, no thumbnail file, no edits and no deletion."""

    last_byte_publishes = True
    tells_views = True

    def begin(self, call: Call, upload: Upload) -> Progress:
        """Raises ConnectionsError where the creator may not post it so."""
        info = creator(call.app, call.token)
        _check(info, upload)
        pieces = cut(upload.size)
        source = {
            "source": "FILE_UPLOAD",
            "video_size": upload.size,
            "chunk_size": pieces.chunk,
            "total_chunk_count": pieces.count,
        }
        body = {"post_info": _post_info(info, upload), "source_info": source}
        with client(call.app, call.token) as service:
            # What was announced and never sent is seen by nobody.
            data = data_of(service.post("/v2/post/publish/video/init/", json=body, idempotent=True))
        if not data.get("publish_id") or not data.get("upload_url"):
            raise http.Unavailable(f"{SERVICE} opened no upload. It is tried again.")
        opened = {
            "publish_id": str(data["publish_id"]),
            "url": str(data["upload_url"]),
            "handle": f"@{info['creator_username']}" if info.get("creator_username") else "",
            "opened_at": timezone.now().isoformat(),
        }
        return Progress(Stage.TRANSFER, session=opened)

    def resume(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        status = self._status(call, progress)
        if status is None:
            return Progress(Stage.OPEN)
        arrived = int(status.get("uploaded_bytes") or 0)
        if str(status.get("status")) != "PROCESSING_UPLOAD" or arrived >= upload.size:
            return self._read(call, status, upload, progress)
        if _is_over(progress, "opened_at", ADDRESS_LIVES):
            return Progress(Stage.OPEN)
        known = arrived if "uploaded_bytes" in status else progress.offset
        return after(progress, upload.size, cut(upload.size).floor(known))

    def send(
        self,
        call: Call,
        upload: Upload,
        progress: Progress,
        source: BinaryIO,
        moved: Callable[[Progress], None],
    ) -> Progress:
        pieces = cut(upload.size)
        while progress.offset < upload.size:
            progress = self._send_piece(call, upload, progress, source, pieces)
            moved(progress)
        return progress.at(Stage.PROCESSING, look_after_s=5.0)

    def look(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        status = self._status(call, progress)
        if status is None:
            raise http.Rejected("TikTok: this upload is not known there any more.", code="invalid_publish_id")
        return self._read(call, status, upload, progress)

    def commit(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """Nothing: the last byte did it."""
        return progress

    def settle(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        return self.resume(call, upload, progress)

    def finish(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """Nothing goes with a post of TikTok."""
        return progress.at(Stage.DONE)

    def edit(self, call: Call, external_id: str, upload: Upload) -> Published:
        raise http.Rejected("TikTok does not let applications change a post. Change it in TikTok's app.")

    def delete(self, call: Call, external_id: str) -> None:
        raise http.Rejected("TikTok does not let applications delete a post. Delete it in TikTok's app.")

    def published(self, call: Call, external_id: str) -> Published | None:
        """Private posts have no number and cannot be asked for; what TikTok said last stands."""
        if not external_id.isdigit():
            return Published(external_id, privacy=PRIVATE)
        fields = "id,share_url,title,video_description"
        body = {"filters": {"video_ids": [external_id]}}
        with client(call.app, call.token) as service:
            answer = service.post("/v2/video/query/", params={"fields": fields}, json=body, idempotent=True)
            found = data_of(answer).get("videos")
        if not isinstance(found, list) or not found or not isinstance(found[0], dict):
            return None
        link, words = str(found[0].get("share_url") or ""), str(found[0].get("video_description") or "")
        return Published(external_id, link=link, description=words)

    def views(self, call: Call, external_ids: Sequence[str]) -> dict[str, int]:
        """Only public posts have a number, and only of those it tells."""
        asked = [number for number in external_ids if number.isdigit()]
        if not asked:
            return {}
        body = {"filters": {"video_ids": asked}}
        with client(call.app, call.token) as service:
            answer = service.post(
                "/v2/video/query/", params={"fields": "id,view_count"}, json=body, idempotent=True
            )
            found = data_of(answer).get("videos")
        rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
        return {str(row["id"]): int(row["view_count"]) for row in rows if {"id", "view_count"} <= row.keys()}

    def _send_piece(
        self, call: Call, upload: Upload, progress: Progress, source: BinaryIO, pieces: Cut
    ) -> Progress:
        url = str(progress.session["url"])
        first, length = pieces.piece(progress.offset)
        end = first + length
        headers = {
            "Content-Type": upload.content_type,
            "Content-Length": str(length),
            "Content-Range": f"bytes {first}-{end - 1}/{upload.size}",
        }
        with http.Client(
            url,
            secrets=(url,),
            service=SERVICE,
            label="tiktok",
            guard=call.app.guard,
            classify=classify_upload,
        ) as service:
            service.request(
                "PUT",
                url,
                content=part(source, first, length),
                headers=headers,
                idempotent=end < upload.size,  # the last one posts
                timeout_s=time_for(length),
            )
        return after(progress, upload.size, end)

    def _status(self, call: Call, progress: Progress) -> dict[str, Any] | None:
        """What TikTok says of the post; None where it does not know it."""
        body = {"publish_id": progress.session["publish_id"]}
        with client(call.app, call.token) as service:
            try:
                return data_of(service.post("/v2/post/publish/status/fetch/", json=body, idempotent=True))
            except http.Rejected as error:
                if error.code in _NOT_THERE:
                    return None
                raise

    def _read(self, call: Call, status: dict[str, Any], upload: Upload, progress: Progress) -> Progress:
        word = str(status.get("status") or "")
        if word == "FAILED":
            raise fate(str(status.get("fail_reason") or "internal"))
        if word != "PUBLISH_COMPLETE":
            wait_s = min(progress.look_after_s * 1.5, LONGEST_LOOK_S)
            return progress.at(Stage.PROCESSING, offset=upload.size, share=1.0, look_after_s=wait_s)
        numbers = status.get("publicaly_available_post_id")  # spelt so
        if isinstance(numbers, list) and numbers:
            number, handle = str(numbers[0]), str(progress.session.get("handle") or "")
            link = f"{call.app.addresses.get('web', WEB)}/{handle}/video/{number}" if handle else ""
            return progress.at(Stage.FINISHING, external_id=number, link=link, share=1.0)
        if upload.privacy == PRIVATE or _is_over(progress, "settling_at", LINK_AWAITED):
            return progress.at(Stage.FINISHING, external_id=str(progress.session["publish_id"]), share=1.0)
        since = progress.session.get("settling_at") or timezone.now().isoformat()
        return progress.at(
            Stage.SETTLING,
            session={**progress.session, "settling_at": since},
            share=1.0,
            look_after_s=min(max(progress.look_after_s * 1.5, 15.0), LONGEST_LOOK_S),
        )


def _check(info: dict[str, Any], upload: Upload) -> None:
    """What TikTok would refuse only after the upload is said before it."""
    offered = [str(word) for word in info.get("privacy_level_options") or []]
    if upload.privacy not in offered:
        raise ConnectionsError(
            "TikTok does not offer this visibility for the account now. Choose another one."
        )
    longest_s = int(info.get("max_video_post_duration_sec") or 0)
    if longest_s and upload.duration_s > longest_s:
        raise ConnectionsError(
            f"The video has {upload.duration_s:.0f} s; this TikTok account may post up to {longest_s} s."
        )


def _post_info(info: dict[str, Any], upload: Upload) -> dict[str, Any]:
    """Duets, stitches and comments are off unless somebody switched them on and the account allows them."""

    def is_off(name: str) -> bool:
        return bool(info.get(f"{name}_disabled")) or not upload.options.get(name, False)

    words: dict[str, Any] = {
        "title": upload.description,
        "privacy_level": upload.privacy,
        "disable_comment": is_off("comment"),
        "disable_duet": is_off("duet"),
        "disable_stitch": is_off("stitch"),
        "brand_content_toggle": bool(upload.options.get("brand_content", upload.paid_promotion)),
        "brand_organic_toggle": bool(upload.options.get("brand_organic", False)),
        "is_aigc": upload.ai_made,
    }
    if upload.thumbnail_at_s is not None:
        words["video_cover_timestamp_ms"] = int(upload.thumbnail_at_s * 1000)
    return words


def _is_over(progress: Progress, name: str, life: timedelta) -> bool:
    since = parse_datetime(str(progress.session.get(name) or ""))
    return since is not None and timezone.now() - since > life
