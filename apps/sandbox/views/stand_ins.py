"""Every call to a stand-in."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from apps.sandbox import dispatch
from apps.sandbox.registry import stand_ins


@csrf_exempt  # applications call it with tokens of the stand-in; it reads no session
def stand_in(request: HttpRequest, platform: str, path: str) -> HttpResponseBase:
    """Answered as the platform would."""
    found = stand_ins().get(platform)
    if found is None:
        raise Http404
    return dispatch.answer(found, request, path)
