"""Whether this process answers; a supervisor or load balancer asks."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as soon as pages can be served. Says nothing about the database or the workers."""
    return HttpResponse("ok\n", content_type="text/plain")
