"""Where a short address leads (PUB-11). Everybody may follow it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.publishing.clicks import is_person
from apps.publishing.models import AffiliateLink
from apps.publishing.services import links


@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Send the visitor on; people are counted, nothing is kept of them."""
    link = AffiliateLink.objects.filter(code=code, is_off=False).select_related("team").first()
    if link is None:
        raise Http404("No such link")
    if is_person(request.method or "", request.headers):
        links.count_click(link)
    response = HttpResponse(status=302, headers={"Location": link.url})
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
