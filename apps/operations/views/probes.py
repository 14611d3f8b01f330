"""What machines ask: whether this process is ready, and its figures."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.operations import exposition, readiness


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when people can be served, else 503: a load balancer sends them elsewhere meanwhile. Says what is down."""
    checks = readiness.check_all()
    answer = {check.name: check.problem or "ok" for check in checks}
    serves = all(check.is_well for check in checks if check.needed)
    return JsonResponse(answer, status=200 if serves else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of the whole installation, for who has the token; on one's own machine also without."""
    if not _may_read(request):
        raise Http404("No such page")
    body, content_type = exposition.expose(request.headers.get("Accept", ""))
    return HttpResponse(body, content_type=content_type)


def _may_read(request: HttpRequest) -> bool:
    """By METRICS_TOKEN; without one only where everything runs on this machine, and no proxy stands before it."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return constant_time_compare(given, settings.METRICS_TOKEN)
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    here = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    return bool(settings.EMBEDDED) and here and not forwarded
