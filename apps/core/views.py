"""Pages that belong to no team: the start, the style guide, the embedded mailbox, the offline page."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from .examples import style_guide
from .mailbox import read_mail, read_mails


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Where a person begins: the sign-in page, their team's home, or the making of a first team."""
    user: Any = request.user
    if not user.is_authenticated:
        return redirect("account_login")
    memberships = user.memberships.select_related("team").order_by("team__name")
    last = request.session.get("team")
    found = memberships.filter(team__slug=last).first() if last else None
    membership = found or memberships.first()
    return redirect("team:home", membership.team.slug) if membership else redirect("teams:create")


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component, for those who work on the product: only on the embedded default."""
    if not settings.EMBEDDED:
        raise Http404("Nobody works on this installation")
    return render(request, "core/styleguide.html", style_guide())


@require_GET
def mailbox(request: HttpRequest, mail_id: str = "") -> HttpResponse:
    """E-mails of an installation that sends none: only on the embedded default."""
    if not settings.EMBEDDED:
        raise Http404("E-mails of this installation are really sent")
    folder = Path(settings.EMAIL_FILE_PATH)
    mails = read_mails(folder)
    if request.GET.get("newest") == (mails[0].id if mails else ""):
        return HttpResponse(status=204)  # the page asks again and again, and nothing came
    mail = read_mail(folder, mail_id) if mail_id else None
    if mail_id and mail is None:
        raise Http404("No such e-mail")
    return render(request, "core/mailbox.html", {"mails": mails, "mail": mail})


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/offline.html")


@require_GET
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script stands at the root, since it may only look after addresses below its own."""
    path = finders.find("js/service-worker.js") or settings.STATIC_ROOT / "js/service-worker.js"
    return HttpResponse(Path(path).read_text(), content_type="text/javascript")
