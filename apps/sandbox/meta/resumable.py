"""The Resumable Upload API: a session of the application, its bytes, and the handle that names the file."""

import secrets

from apps.sandbox.meta.habits import invalid, missing, refusal
from apps.sandbox.models import Upload
from apps.sandbox.services import uploads
from apps.sandbox.standin import Answer, Call

FILE = "meta-file"
LARGEST = 10_000_000_000
SESSION_S = 24 * 3600
TYPES = ("video/mp4", "image/jpeg", "image/jpg", "image/png", "application/pdf")


def start(call: Call) -> Answer:
    """POST /{app-id}/uploads."""
    params = call.params
    if call.args["id"] != call.grant.client_id:
        raise missing(call.args["id"])
    size = params.get("file_length", "")
    if not size.isdigit() or not 0 < int(size) <= LARGEST:
        raise invalid("The parameter file_length is required, up to 10 GB.")
    if params.get("file_type") not in TYPES:
        raise invalid(f"The parameter file_type must be one of {', '.join(TYPES)}.")
    made = uploads.open_upload(
        call.account,
        FILE,
        metadata={"name": params.get("file_name", "")},
        life_s=SESSION_S,
        size=int(size),
        content_type=params["file_type"],
    )
    return Answer({"id": f"upload:{made.key}"})


def receive(call: Call) -> Answer:
    """POST /upload:{session}: the bytes from `file_offset` on, all of them."""
    found = _session(call)
    # Servers drop the header for its underscore (CVE-2015-0219); then the bytes are taken for those that are due.
    given = call.request.headers.get("file_offset", str(found.received))
    if given != str(found.received) or not found.is_open:
        raise refusal(400, 6000, "There was a problem uploading your file.", subcode=1363037)
    uploads.receive(call, found, found.received, min(call.length, (found.size or 0) - found.received))
    if found.received < (found.size or 0):
        raise refusal(400, 6000, "There was a problem uploading your file.", subcode=1363030, transient=True)
    uploads.complete(found)
    handle = secrets.token_urlsafe(24)
    uploads.note(found, handle=handle)
    return Answer({"h": handle})


def offset(call: Call) -> Answer:
    found = _session(call)
    return Answer({"id": f"upload:{found.key}", "file_offset": found.received})


def _session(call: Call) -> Upload:
    key = call.args["id"].removeprefix("upload:")
    found = Upload.objects.filter(kind=FILE, key=key, account=call.account).first()
    if found is None:
        raise missing(call.args["id"])
    return found


def by_handle(call: Call, handle: str) -> Upload:
    """The file that a handle names, once."""
    found = Upload.objects.filter(kind=FILE, metadata__handle=handle).first() if handle else None
    if found is None or found.account not in (call.account, call.account.parent) or hasattr(found, "video"):
        raise refusal(400, 100, "(#100) The file handle is not valid.", subcode=1363019)
    return found
