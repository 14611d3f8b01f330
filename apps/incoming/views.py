"""The addresses that other services call."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.incoming.errors import Refused
from apps.incoming.registry import SOURCES, Call
from apps.incoming.services import receive

LARGEST_BYTES = 1_000_000
PLAIN = "text/plain; charset=utf-8"


@csrf_exempt  # the sender has no session: its signature is what counts
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, source: str) -> HttpResponse:
    """Keep what a service tells, and answer at once; the work is a job's."""
    known = SOURCES.get(source)
    if known is None or (request.method == "GET" and known.greet is None):
        raise Http404
    try:
        if request.method == "GET" and known.greet is not None:
            return HttpResponse(known.greet(request.GET), content_type=PLAIN)
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BYTES:
            return HttpResponse(
                "This is larger than anything that is taken here.", status=413, content_type=PLAIN
            )
        heads = {name.lower(): value for name, value in request.headers.items()}
        receipt = receive(known, Call(heads, request.GET.dict(), request.body))
    except Refused as error:
        return HttpResponse(error.message, status=403, content_type=PLAIN)
    return HttpResponse(receipt.answer, content_type=receipt.answer_type)
