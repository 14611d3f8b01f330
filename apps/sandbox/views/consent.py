"""The page on which a person allows an application something at a platform."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.sandbox import consent
from apps.sandbox.forms import ConsentForm
from apps.sandbox.registry import stand_ins
from apps.sandbox.services import grants


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Choose an account, untick what is not allowed, allow or refuse."""
    asked = consent.read(request.GET.get("asked", ""))
    if asked is None or asked.platform not in stand_ins():
        return render(request, "sandbox/consent_gone.html", status=400)
    stand_in = stand_ins()[asked.platform]
    form = ConsentForm(stand_in, asked.scopes, request.POST or None)
    if "refuse" in request.POST:
        return redirect(asked.back(error="access_denied"))
    if request.method == "POST" and form.is_valid():
        return redirect(asked.back(code=_allow(asked, form)))
    status = 422 if form.errors else 200
    page = render(
        request, "sandbox/consent.html", {"asked": asked, "form": form, "stand_in": stand_in}, status=status
    )
    # Browsers hold a form to this also where its answer sends them on (CSP 3, form-action).
    page._csp_update = {"form-action": [_origin(asked.redirect_uri)]}  # type: ignore[attr-defined]
    return page


def _allow(asked: consent.Asked, form: ConsentForm) -> str:
    return grants.allow(
        form.person(),
        client_id=asked.client_id,
        scopes=form.cleaned_data["scopes"],
        redirect_uri=asked.redirect_uri,
        challenge=asked.challenge,
        challenge_method=asked.challenge_method,
        offline=asked.offline,
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
