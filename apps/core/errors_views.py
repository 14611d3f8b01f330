"""Pages for what went wrong: each says what happened and what to do."""

import json

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .correlation import current_id
from .pages import wants_partial


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Forms above settings.DATA_UPLOAD_MAX_… are 413, whatever else Django suspects is 400."""
    if not isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "errors/400.html", status=400)
    limit = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if not wants_partial(request):
        return render(request, "errors/413.html", {"limit": limit}, status=413)
    words = _("This is too large to take in: the text of a form may have %(limit)s. Nothing was saved.")
    toast = {"message": words % {"limit": limit}, "level": "error"}
    return HttpResponse(status=413, headers={"HX-Trigger": json.dumps({"toast": toast})})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without the database or the session, since those may be what failed."""
    return HttpResponse(render_to_string("errors/500.html", {"correlation_id": current_id()}), status=500)
