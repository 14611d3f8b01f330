"""The link in e-mails that stops them: no sign-in, and nothing happens by only opening it (NTF-03)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.core.limits import limited
from apps.notifications.optout import OptOut, read_token
from apps.notifications.registry import NOTICE_TYPES
from apps.notifications.services import preferences


@csrf_exempt
@require_http_methods(["GET", "POST"])
@limited("notifications.optout", limit=60, window_s=3600)
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """POST stops the e-mails, by a person's click or by a mail program (RFC 8058); GET asks first, since scanners
    of e-mails open every link. Its signature stands for the person, so no cookie is looked at."""
    wish = read_token(token)
    if wish is None:
        raise Http404("This link was not made by us")
    done = request.method == "POST"
    if done and not preferences.opt_out(wish):
        raise Http404("There is nothing to stop any more")
    return render(request, "notifications/optout.html", {"label": _label(wish), "done": done})


def _label(wish: OptOut) -> str:
    kind = NOTICE_TYPES.get(wish.type)
    return kind.label.in_language(get_language() or "en") if kind else wish.type
