"""A person's own settings, and the page that makes the first person the operator."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import services
from apps.accounts.errors import AccountError
from apps.accounts.forms import ProfileForm
from apps.accounts.models import Theme, User
from apps.accounts.requests import PersonRequest

YEAR_S = 31_536_000


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    user = User.objects.get(pk=request.user.pk)  # a copy, so that refused input does not show in the shell
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=user, **form.cleaned_data)
        messages.success(request, "Your settings were saved.")
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Dark, light or as the device: kept with the person, and in this browser for the time before sign-in."""
    choice = request.POST.get("theme", "")
    if choice not in Theme.values:
        return HttpResponse(status=422)
    if request.user.is_authenticated:
        services.choose_theme(user=request.user, theme=Theme(choice))
    here = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(here, {request.get_host()}, require_https=request.is_secure())
    response = redirect(here if safe else "core:start")
    response.set_cookie("theme", choice, max_age=YEAR_S, samesite="Lax", secure=request.is_secure())
    return response


@login_required
@require_http_methods(["GET", "POST"])
def setup(request: PersonRequest) -> HttpResponse:
    """Make the first person of a new installation its operator. It works once (ACC-11)."""
    taken = services.operator_exists()
    if request.method == "POST":
        try:
            services.claim_operator(user=request.user)
        except AccountError as error:
            return render(request, "accounts/setup.html", {"taken": True, "error": error.message}, status=422)
        messages.success(
            request, _("You are the operator of this installation. Its pages need a second factor.")
        )
        return redirect("core:start" if request.user.has_second_factor else "accounts:security")
    return render(request, "accounts/setup.html", {"taken": taken})
