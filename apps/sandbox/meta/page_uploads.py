"""The edges of a page that take videos: reels (start, bytes at rupload, finish), and videos in both of their flows."""

from apps.sandbox.meta import pages, people, resumable
from apps.sandbox.meta.habits import invalid, refusal
from apps.sandbox.models import Account, FaultKind, Upload
from apps.sandbox.services import faults, uploads
from apps.sandbox.standin import Answer, Call

LEGACY = "page-video"
SESSION_S = 24 * 3600
PIECE = 4 * 1024 * 1024
LARGEST = 10_000_000_000


def reels(call: Call, page: Account) -> Answer:
    """POST /{page}/video_reels: `upload_phase` start or finish."""
    phase = call.params.get("upload_phase")
    if phase == "start":
        return _start_reel(call, page)
    if phase == "finish":
        return _finish_reel(call, page)
    raise invalid("The parameter upload_phase must be start or finish.")


def _start_reel(call: Call, page: Account) -> Answer:
    lifted = faults.stands("meta", FaultKind.LIMITS_LIFTED, page)
    if not lifted and pages.reels_today(page) >= pages.REELS_A_DAY:
        raise call.stand_in.habits.quota_gone(call.route)
    made = uploads.open_upload(
        page, pages.REEL, metadata={}, life_s=SESSION_S, key=people.number(), content_type="video/mp4"
    )
    version = call.args["version"]
    return Answer(
        {"video_id": made.key, "upload_url": f"{call.base}/rupload/video-upload/{version}/{made.key}"}
    )


def _finish_reel(call: Call, page: Account) -> Answer:
    params = call.params
    found = Upload.objects.filter(kind=pages.REEL, account=page, key=params.get("video_id", "")).first()
    if found is None:
        raise invalid("The parameter video_id is not valid.")
    if found.completed_at is None:
        raise refusal(400, 6000, "The video was not uploaded yet.", subcode=1363130, transient=True)
    state = params.get("video_state", "")
    if state not in (pages.PUBLISHED, pages.SCHEDULED, pages.DRAFT):
        raise invalid("The parameter video_state must be PUBLISHED, SCHEDULED or DRAFT.")
    if hasattr(found, "video"):
        raise refusal(400, 100, "(#100) The video was published already.", subcode=1363128)
    pages.when(params)
    row = pages.new_video(found, params, kind="reel", external_id=found.key)
    pages.make_public(row, params, state)
    return Answer({"success": True, "post_id": f"{page.external_id}_{row.external_id}"})


def videos(call: Call, page: Account) -> Answer:
    """POST /{page}/videos: a handle of the Resumable Upload API, or the older phases."""
    params = call.params
    phase = params.get("upload_phase", "")
    if phase == "start":
        return _start(call, page)
    if phase in ("transfer", "finish", "cancel"):
        return {"transfer": _transfer, "finish": _finish, "cancel": _cancel}[phase](call, page)
    pages.when(params)
    found = resumable.by_handle(call, params.get("fbuploader_video_file_chunk", ""))
    found = uploads.hand_over(found, page)
    return _published(call, found, people.number())


def _published(call: Call, found: Upload, external_id: str) -> Answer:
    row = pages.new_video(found, call.params, kind="video", external_id=external_id)
    hidden = call.params.get("published", "true").lower() in ("false", "0")
    at = pages.when(call.params)
    pages.make_public(row, call.params, pages.DRAFT if hidden and at is None else pages.PUBLISHED)
    return Answer({"id": row.external_id})


def _start(call: Call, page: Account) -> Answer:
    size = call.params.get("file_size", "")
    if not size.isdigit() or not 0 < int(size) <= LARGEST:
        raise invalid("The parameter file_size is required, up to 10 GB.")
    made = uploads.open_upload(
        page,
        LEGACY,
        metadata={"video_id": people.number()},
        life_s=SESSION_S,
        size=int(size),
        key=people.number(),
        content_type="video/mp4",
    )
    ids = {"upload_session_id": made.key, "video_id": made.metadata["video_id"]}
    return Answer({**ids, **_offsets(made)})


def _offsets(found: Upload) -> dict[str, str]:
    end = min(found.received + PIECE, found.size or 0)
    return {"start_offset": str(found.received), "end_offset": str(end)}


def _session(call: Call, page: Account) -> Upload:
    key = call.params.get("upload_session_id", "")
    found = Upload.objects.filter(kind=LEGACY, account=page, key=key).first()
    if found is None or not (found.is_open or found.completed_at):
        raise refusal(400, 6000, "The upload session is not known.", subcode=1363041)
    return found


def _transfer(call: Call, page: Account) -> Answer:
    """The bytes between the two offsets, as a part of a form."""
    found = _session(call, page)
    chunk = call.request.FILES.get("video_file_chunk")
    if chunk is None or call.params.get("start_offset") != str(found.received) or found.completed_at:
        made = refusal(400, 6001, "The chunk starts at another offset.", subcode=1363037)
        made.answer.body["error"]["error_data"] = _offsets(found)
        raise made
    uploads.receive_file(call, found, chunk)
    if found.received >= (found.size or 0):
        uploads.complete(found)
        return Answer({"start_offset": str(found.size), "end_offset": str(found.size)})
    return Answer(_offsets(found))


def _finish(call: Call, page: Account) -> Answer:
    found = _session(call, page)
    if found.completed_at is None or hasattr(found, "video"):
        raise refusal(400, 6000, "The upload is not complete, or was finished already.", subcode=1363030)
    pages.when(call.params)
    _published(call, found, str(found.metadata["video_id"]))
    return Answer({"success": True})


def _cancel(call: Call, page: Account) -> Answer:
    uploads.cancel(_session(call, page))
    return Answer({"success": True})
