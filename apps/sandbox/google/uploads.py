"""YouTube's resumable uploads: a session address, 308 with Range, chunks of 256 KiB, and a query where it stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from apps.sandbox import files, queries
from apps.sandbox.google.channels import need_channel
from apps.sandbox.google.errors import invalid, refusal
from apps.sandbox.google.multipart import parts_of_body
from apps.sandbox.google.resources import parts_of
from apps.sandbox.google.videos import check_said, new_video, shown
from apps.sandbox.models import FaultKind, Upload, Video
from apps.sandbox.services import faults, uploads
from apps.sandbox.standin import Answer, Call

PIECE = 262_144
SESSION_S = 7 * 24 * 3600
LARGEST = 274_877_906_944
SPAN = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
A_DAY = 50  # videos that a channel may upload within 24 hours


def insert_video(call: Call) -> Answer:
    """POST: opens a session, or takes a small file at once (multipart, or the bytes alone)."""
    account = need_channel(call)
    parts_of(call)
    _check_cap(call)
    if call.query.get("uploadType") == "resumable":
        check_said(call.json)
        return _session(call)
    said, content, content_type = parts_of_body(call)
    check_said(said)
    upload = uploads.open_upload(
        account, "video", metadata={"said": said}, life_s=60, content_type=content_type
    )
    files.path(upload.file).write_bytes(content)
    return Answer(shown(new_video(account, uploads.complete(upload), said), call))


def _check_cap(call: Call) -> None:
    cap = int(call.account.facts.get("upload_cap", A_DAY))
    if not faults.stands("google", FaultKind.LIMITS_LIFTED) and queries.videos_today(call.account) >= cap:
        words = "The user has exceeded the number of videos they may upload."
        raise refusal(400, "uploadLimitExceeded", words)


def _session(call: Call) -> Answer:
    size = call.request.headers.get("X-Upload-Content-Length", "")
    if size.isdigit() and int(size) > LARGEST:
        raise invalid("mediaTooLarge", "The media is larger than 256 GB.")
    upload = uploads.open_upload(
        call.account,
        "video",
        metadata={"said": call.json, "file_name": call.request.headers.get("Slug", "")},
        life_s=SESSION_S,
        size=int(size) if size.isdigit() else None,
        content_type=call.request.headers.get("X-Upload-Content-Type", ""),
    )
    part = ",".join(parts_of(call))
    address = f"{call.base}/upload/youtube/v3/videos?uploadType=resumable&part={part}&upload_id={upload.key}"
    return Answer({}, headers={"Location": address, "X-GUploader-UploadID": upload.key})


@dataclass(frozen=True)
class Span:
    """Which bytes a request brings: `first` None asks only; `total` None is not known yet."""

    first: int | None
    length: int
    total: int | None


def put_bytes(call: Call) -> Answer:
    """PUT to a session: bytes, or a question how many are there."""
    upload = queries.upload("video", call.query.get("upload_id", ""))
    if upload is None or not (upload.is_open or upload.completed_at):
        raise refusal(404, "notFound", "The upload session was not found.", domain="global")
    if upload.completed_at:
        return _done(call, Video.objects.filter(upload=upload).first())
    span = _span(call)
    if span.first is None:
        return _so_far(upload)
    _check_span(span, upload)
    if span.first != upload.received:
        return _so_far(upload)
    uploads.receive(call, upload, span.first, span.length, whole_pieces_of=PIECE)
    if span.total is None or upload.received < span.total:
        return _so_far(upload)
    uploads.complete(upload)
    return _done(call, new_video(upload.account, upload, upload.metadata["said"]))


def _span(call: Call) -> Span:
    given = call.request.headers.get("Content-Range", "")
    if not given:
        return Span(0, call.length, call.length)
    match = SPAN.fullmatch(given)
    if match is None:
        raise invalid("invalidContentRange", "Failed to parse Content-Range header.")
    first, last, total = match.groups()
    whole = int(total) if total != "*" else None
    if first is None:
        return Span(None, 0, whole)
    return Span(int(first), int(last) - int(first) + 1, whole)


def _check_span(span: Span, upload: Upload) -> None:
    first = span.first or 0
    declared = upload.size if upload.size is not None else span.total
    if span.total is not None and (span.total != declared or first + span.length > span.total):
        raise invalid("invalidContentRange", "The total size differs from the one that was declared.")
    is_last = span.total is not None and first + span.length >= span.total
    if not is_last and span.length % PIECE:
        words = "Invalid request. The number of bytes uploaded must be a multiple of 262144, except for the last ones."
        raise invalid("invalidChunkSize", words)


def _so_far(upload: Upload) -> Answer:
    """308: the range that is there; without a Range header nothing is."""
    stored: Mapping[str, str] = {"Range": f"bytes=0-{upload.received - 1}"} if upload.received else {}
    return Answer(None, 308, stored)


def _done(call: Call, video: Video | None) -> Answer:
    if video is None or video.deleted_at:
        raise refusal(404, "notFound", "The upload session was not found.", domain="global")
    return Answer(shown(video, call))


def cancel(call: Call) -> Answer:
    """DELETE of a session: 499, as Google answers it."""
    upload = queries.upload("video", call.query.get("upload_id", ""))
    if upload is None or not upload.is_open:
        raise refusal(404, "notFound", "The upload session was not found.", domain="global")
    uploads.cancel(upload)
    return Answer(None, 499)
