"""The endpoints of tus 1.0.0, by which browsers and other clients send large files in pieces (LIB-02)."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods

from apps.core.limits import by_person, limited
from apps.library import flags, services
from apps.library.errors import LibraryError, StorageFull
from apps.library.forms import RightsForm
from apps.library.services.receiving import GB, Piece
from apps.library.uploads import protocol
from apps.library.uploads.errors import ChecksumMismatch, Expired, OffsetConflict, TooMuch, UploadBusy
from apps.library.uploads.models import Upload, UploadStatus
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

# What each failure is in the protocol: 409, 423 and 5xx are tried again by clients, the others are not.
STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (protocol.BadRequest, 400),
    (OffsetConflict, 409),
    (Expired, 410),
    (TooMuch, 413),
    (UploadBusy, 423),
    (ChecksumMismatch, 460),
    (StorageFull, 507),
    (LibraryError, 422),
)


@require_http_methods(["GET", "OPTIONS", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
@limited("library.begin_upload", by=by_person)
def collection(request: TeamRequest) -> HttpResponse:
    """What this server can do; with POST a new upload (the extension “creation”)."""
    if request.method != "POST":
        most = flags.LARGEST_UPLOAD_GB.value(request.team) * GB
        headers = {
            "Tus-Version": protocol.VERSION,
            "Tus-Extension": protocol.EXTENSIONS,
            "Tus-Checksum-Algorithm": ",".join(protocol.ALGORITHMS),
            "Tus-Max-Size": str(most),
        }
        return _answer(200, headers)
    if (refused := _other_version(request)) is not None:
        return refused
    try:
        upload = _begin(request)
    except (LibraryError, StorageFull) as error:
        return _failed(error)
    address = reverse("library:tus_upload", args=[request.team.slug, upload.pk])
    return _answer(201, {"Location": address, **_state(upload)})


def _begin(request: TeamRequest) -> Upload:
    """Raises LibraryError for a wrong header, and where the right to use the file is not said."""
    size = protocol.read_number(request.headers, "Upload-Length")
    metadata = protocol.read_metadata(request.headers.get("Upload-Metadata", ""))
    form = RightsForm({"licence": "own work", **metadata})
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        raise LibraryError(str(problems[0]), field=field)
    return services.begin_upload(
        team=request.team,
        name=metadata.get("filename", ""),
        size_bytes=size,
        actor=request.user,
        provenance=form.provenance(str(request.user)),
    )


@require_http_methods(["GET", "HEAD", "OPTIONS", "PATCH", "DELETE", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
def resource(request: TeamRequest, upload_id: UUID) -> HttpResponse:
    """One upload: how far it is, its next piece, its end. POST stands for what X-HTTP-Method-Override says."""
    upload = get_object_or_404(Upload.objects.in_team(request.team), pk=upload_id)
    method = request.method
    if method == "POST":
        method = request.headers.get("X-HTTP-Method-Override", "POST").upper()
    if method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "PATCH", "DELETE"])
    if (refused := _other_version(request)) is not None:
        return refused
    try:
        return {"PATCH": _patch, "DELETE": _delete}.get(method or "", _head)(request, upload)
    except (LibraryError, StorageFull) as error:
        return _failed(error)


def _head(request: TeamRequest, upload: Upload) -> HttpResponse:
    """How far it is."""
    return _answer(200, {"Upload-Length": str(upload.size_bytes), **_state(upload)})


def _patch(request: TeamRequest, upload: Upload) -> HttpResponse:
    """The bytes from the offset on."""
    if request.headers.get("Content-Type", "") != protocol.BODY_TYPE:
        return _answer(415, body=f"A piece has the content type {protocol.BODY_TYPE}.")
    offset = protocol.read_number(request.headers, "Upload-Offset")
    checksum = protocol.read_checksum(request.headers.get("Upload-Checksum", ""))
    upload = services.receive(upload, Piece(offset, request, checksum))
    return _answer(204, _state(upload))


def _delete(request: TeamRequest, upload: Upload) -> HttpResponse:
    """The extension “termination”."""
    services.cancel_upload(upload)
    return _answer(204)


def _state(upload: Upload) -> dict[str, str]:
    state = {"Upload-Offset": str(upload.received_bytes), "Cache-Control": "no-store"}
    if upload.status == UploadStatus.RECEIVING:
        state["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return state


def _other_version(request: TeamRequest) -> HttpResponse | None:
    """412 for a client that speaks another version, or none at all; looking is allowed to everybody."""
    if request.method == "GET" or request.headers.get("Tus-Resumable") == protocol.VERSION:
        return None
    return _answer(412, {"Tus-Version": protocol.VERSION}, "This server speaks tus 1.0.0.")


def _failed(error: LibraryError | StorageFull) -> HttpResponse:
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    return _answer(status, body=error.message)


def _answer(status: int, headers: dict[str, str] | None = None, body: str = "") -> HttpResponse:
    fixed = {"Tus-Resumable": protocol.VERSION, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(
        body, status=status, content_type="text/plain; charset=utf-8", headers={**fixed, **(headers or {})}
    )
