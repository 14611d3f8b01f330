"""Content Posting: begin a post, send its bytes in chunks, ask how it goes."""

import re
import secrets
from typing import Any

from apps.sandbox import queries
from apps.sandbox.models import Account, FaultKind, Upload, Video
from apps.sandbox.services import faults, uploads, videos
from apps.sandbox.standin import Answer, Call, Refusal
from apps.sandbox.tiktok.habits import PLATFORM, invalid, ok, refusal
from apps.sandbox.tiktok.people import PUBLIC, SELF, is_audited, longest_s, privacy_options

MB = 1_000_000
LEAST_CHUNK, MOST_CHUNK, MOST_LAST, MOST_CHUNKS = 5 * MB, 64 * MB, 128 * MB, 1000
LARGEST = 4_000 * MB
URL_S = 3600
A_DAY, PENDING = 15, 5
CAPTION_RUNES = 2200
KINDS = ("direct", "inbox")
TYPES = ("video/mp4", "video/quicktime", "video/webm")
SPAN = re.compile(r"bytes (\d+)-(\d+)/(\d+)")

# The panel's plain "rejected" in the words that TikTok has.
REASONS = {"rejected": "file_format_check_failed"}


def direct_init(call: Call) -> Answer:
    """POST …/video/init/: a post that goes out as soon as its bytes are there."""
    info = call.json.get("post_info")
    if not isinstance(info, dict):
        raise invalid("post_info is missing.")
    _check_post(call, info)
    return _opened(call, "direct", info)


def inbox_init(call: Call) -> Answer:
    """POST …/inbox/video/init/: a draft that its creator finishes in the app. Five may wait."""
    waiting = Video.objects.filter(account=call.account, kind="inbox", deleted_at=None).count()
    if waiting >= PENDING and not _lifted(call.account):
        raise refusal(403, "spam_risk_too_many_pending_share", "Too many shares of the user are pending.")
    return _opened(call, "inbox", {})


def _check_post(call: Call, info: dict[str, Any]) -> None:
    one = call.account
    title, privacy = str(info.get("title", "")), str(info.get("privacy_level", ""))
    if len(title.encode("utf-16-le")) // 2 > CAPTION_RUNES:
        raise invalid("The title is longer than 2200 runes.")
    if privacy not in privacy_options(one):
        raise refusal(403, "privacy_level_option_mismatch", "The privacy level is not one of creator_info.")
    if not is_audited(one) and privacy != SELF:
        words = "Please review our integration guidelines."
        raise refusal(403, "unaudited_client_can_only_post_to_private_accounts", words)
    if queries.videos_today(one) >= A_DAY and not _lifted(one):
        raise refusal(403, "spam_risk_too_many_posts", "The daily post cap of the user was reached.")


def _lifted(one: Account) -> bool:
    return faults.stands(PLATFORM, FaultKind.LIMITS_LIFTED, one)


def _opened(call: Call, kind: str, info: dict[str, Any]) -> Answer:
    source = call.json.get("source_info")
    if not isinstance(source, dict):
        raise invalid("source_info is missing.")
    if source.get("source") == "PULL_FROM_URL":
        raise refusal(403, "url_ownership_unverified", "Please verify the URL prefix or domain.")
    if source.get("source") != "FILE_UPLOAD":
        raise invalid("source must be FILE_UPLOAD or PULL_FROM_URL.")
    size, chunk, count = (_number(source, name) for name in ("video_size", "chunk_size", "total_chunk_count"))
    _check_chunks(size, chunk, count)
    upload = uploads.open_upload(
        call.account,
        kind,
        metadata={"info": info, "chunk": chunk, "count": count, "publish_id": _publish_id(kind)},
        life_s=URL_S,
        size=size,
    )
    address = f"{call.base}/upload?upload_id={upload.pk}&upload_token={upload.key}"
    return ok({"publish_id": upload.metadata["publish_id"], "upload_url": address})


def _publish_id(kind: str) -> str:
    flow = "v_pub_file" if kind == "direct" else "v_inbox_file"
    return f"{flow}~v2-1.{secrets.randbelow(10**19):019d}"


def _number(source: dict[str, Any], name: str) -> int:
    value = source.get(name)
    if not isinstance(value, int) or value <= 0:
        raise invalid(f"{name} is missing or no positive number.")
    return value


def _check_chunks(size: int, chunk: int, count: int) -> None:
    """The rules of the media transfer guide, in decimal megabytes."""
    if size > LARGEST:
        raise invalid("The video is larger than 4 GB.")
    if size < LEAST_CHUNK and (chunk, count) != (size, 1):
        raise invalid("A video below 5 MB is one chunk of its own size.")
    if size >= LEAST_CHUNK and not (LEAST_CHUNK <= chunk <= MOST_CHUNK):
        raise invalid("chunk_size must be between 5 MB and 64 MB.")
    if count != max(size // chunk, 1) or count > MOST_CHUNKS:
        raise invalid("The total chunk count is invalid.")
    if size - (count - 1) * chunk > MOST_LAST:
        raise invalid("The last chunk is larger than 128 MB.")


def put_bytes(call: Call) -> Answer:
    """PUT to the upload address: the next chunk, whole. 206 until the last one, then 201."""
    upload = queries.upload(KINDS, call.query.get("upload_token", ""))
    if upload is None or upload.cancelled_at:
        raise refusal(404, "invalid_upload", "The upload is not known.")
    if not upload.is_open:
        raise refusal(403, "upload_url_expired", "The upload address is not valid any more.")
    first, last = _span(call, upload)
    uploads.receive(call, upload, first, last - first + 1)
    if upload.received <= last:
        raise invalid("The chunk is shorter than its Content-Range.")
    headers = {"Content-Range": f"bytes 0-{last}/{upload.size}"}
    if upload.received < (upload.size or 0):
        return Answer(None, 206, headers)
    _finish(uploads.complete(upload))
    return Answer(None, 201, headers)


def _span(call: Call, upload: Upload) -> tuple[int, int]:
    """First and last byte, where they are exactly the chunk that is due."""
    if call.request.headers.get("Content-Type", "") not in TYPES:
        raise invalid(f"Content-Type must be one of {', '.join(TYPES)}.")
    match = SPAN.fullmatch(call.request.headers.get("Content-Range", ""))
    if match is None:
        raise invalid("Content-Range is missing or cannot be read.")
    first, last, total = (int(group) for group in match.groups())
    chunk, last_number = int(upload.metadata["chunk"]), int(upload.metadata["count"]) - 1
    number = min(upload.received // chunk, last_number)  # one that broke off begins anew
    is_last = number == last_number
    due = (number * chunk, (upload.size or 0) - 1 if is_last else (number + 1) * chunk - 1)
    if (first, last) != due or total != upload.size or call.length != last - first + 1:
        raise refusal(416, "invalid_range", f"Expected bytes {due[0]}-{due[1]}/{upload.size}.")
    return first, last


def _finish(upload: Upload) -> Video:
    """All bytes are there: TikTok judges the file and, in a direct post, publishes it."""
    info = upload.metadata["info"]
    row = videos.new_video(
        upload.account,
        upload,
        external_id=str(7_000_000_000_000_000_000 + secrets.randbelow(10**18)),
        kind=upload.kind,
        text=str(info.get("title", "")),
        privacy=str(info.get("privacy_level", "")),
        facts={"info": info},
    )
    if not row.failure and (reason := _judged(row)):
        videos.change(row, failure=reason)
    if row.kind == "direct" and row.privacy == PUBLIC:
        videos.publish(row, row.processed_at)
    return row


def _judged(row: Video) -> str:
    """What TikTok finds wrong with the file itself."""
    if not row.duration_s:
        return "file_format_check_failed"
    if row.duration_s > longest_s(row.account):
        return "duration_check_failed"
    sides = (row.width, row.height)
    return "picture_size_check_failed" if any(not 360 <= side <= 4096 for side in sides) else ""


def status(call: Call) -> Answer:
    """POST …/status/fetch/: how far a post is. Only public posts ever have an id."""
    upload = _own(call)
    row = Video.objects.filter(upload=upload).first()
    if upload.cancelled_at:
        return ok({"status": "FAILED", "fail_reason": "publish_cancelled"})
    if row is None:
        return ok({"status": "PROCESSING_UPLOAD", "uploaded_bytes": upload.received})
    data: dict[str, Any] = {"status": _state(row), "uploaded_bytes": row.size}
    if row.failure:
        data["fail_reason"] = REASONS.get(row.failure, row.failure)
    if row.is_public:
        data["publicaly_available_post_id"] = [int(row.external_id)]
    return ok(data)


def _state(row: Video) -> str:
    if row.failure:
        return "FAILED"
    if not row.is_processed:
        return "PROCESSING_UPLOAD"
    return "SEND_TO_USER_INBOX" if row.kind == "inbox" else "PUBLISH_COMPLETE"


def cancel(call: Call) -> Answer:
    """POST …/cancel/: while its bytes are on their way."""
    upload = _own(call)
    if not upload.is_open:
        raise invalid("The post can not be cancelled any more.")
    uploads.cancel(upload)
    return ok({})


def _own(call: Call) -> Upload:
    publish_id = call.json.get("publish_id", "")
    found = (
        Upload.objects.filter(metadata__publish_id=publish_id, kind__in=KINDS).first() if publish_id else None
    )
    if found is None:
        raise _unknown("invalid_publish_id", "The publish_id does not exist.")
    if found.account_id != call.account.pk:
        raise _unknown("token_not_authorized_for_specified_publish_id", "The publish_id is another user's.")
    return found


def _unknown(code: str, message: str) -> Refusal:
    return refusal(400, code, message)
