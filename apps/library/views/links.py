"""What a content delivery network asks us for, under links that we signed (TRC-05)."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.library import links
from apps.library.models import StoredFile
from apps.library.serving import serve_stored


@require_safe
def signed_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Bytes of a stored file. A wrong or ended link looks like one to a file that is not there."""
    now = timezone.now()
    expires = request.GET.get("expires", "")
    if not links.is_good(path, expires, request.GET.get("token", ""), now):
        raise Http404("This link is not good")
    stored = StoredFile.objects.filter(path=path).first()
    if stored is None:
        raise Http404("There is no such file")
    left_s = max(0, int(expires) - int(now.timestamp()))
    return serve_stored(request, stored, keep=f"public, max-age={left_s}, immutable")
