"""rupload.facebook.com: the bytes of reels, from an offset on."""

from typing import Any

from django.http import HttpRequest

from apps.sandbox import queries
from apps.sandbox.meta import instagram, pages
from apps.sandbox.models import Upload
from apps.sandbox.services import uploads
from apps.sandbox.standin import Answer, Call, Refusal


def receive(call: Call) -> Answer:
    """POST: `offset` and `file_size` in the head. What comes from another offset than the next one is refused."""
    found = _upload(call)
    if not found.is_open:
        raise failed("ProcessingFailedError", "The upload is complete or has expired.", retriable=False)
    at = _number(call.request, "offset")
    size = _number(call.request, "file_size", otherwise=at + call.length)
    if at != found.received:
        raise failed(
            "OffsetInvalidError", f"Request starting offset is invalid; {found.received} bytes are there."
        )
    came = uploads.receive(call, found, at, min(call.length, size - at))
    if at + came < size:
        raise failed("PartialRequestError", "Partial request (did not match length of file)")
    uploads.complete(found)
    if found.kind == instagram.CONTAINER:
        instagram.finish_container(found)
    return Answer({"success": True, "message": "Upload successful."})


def offset(call: Call) -> Answer:
    """GET: how many bytes are there."""
    return Answer({"offset": _upload(call).received})


def _upload(call: Call) -> Upload:
    found = queries.upload((instagram.CONTAINER, pages.REEL), call.args["id"])
    owners = {call.account.pk, *call.account.children.values_list("pk", flat=True)}
    if found is None or not owners & {found.account_id, found.account.parent_id}:
        raise failed("NotAuthorizedError", "The upload is not known.", retriable=False)
    return found


def _number(request: HttpRequest, name: str, otherwise: int | None = None) -> int:
    """A number of the head. `otherwise` for `file_size`, which servers drop for its underscore (CVE-2015-0219)."""
    value = request.headers.get(name, "")
    if not value and otherwise is not None:
        return otherwise
    if not value.isdigit():
        raise failed("HeaderInvalidError", f"The header {name} is missing or no number.", retriable=False)
    return int(value)


def failed(kind: str, message: str, *, retriable: bool = True) -> Refusal:
    body: dict[str, Any] = {"debug_info": {"retriable": retriable, "type": kind, "message": message}}
    return Refusal(400, body, code=kind)
