"""Flags and settings that operators change while the product runs."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.access import operator_required
from apps.flags import services
from apps.flags.models import FlagState
from apps.operations import switches as known
from apps.operations.forms import FlagForm, SettingForm
from apps.operations.requests import OperatorRequest, done


@require_GET
@operator_required
def switches(request: OperatorRequest) -> HttpResponse:
    context = {"flags": known.flags_of(), "settings": known.settings_of()}
    return render(request, "operate/switches.html", context)


@require_http_methods(["GET", "POST"])
@operator_required
def flag(request: OperatorRequest, slug: str) -> HttpResponse:
    """Decide who has a flag."""
    row = next((row for row in known.flags_of() if row.flag.slug == slug), None)
    if row is None:
        raise Http404("No such flag")
    form = FlagForm(request.POST or None, initial=FlagForm.of(row.rule))
    if request.method == "POST" and form.is_valid():
        decided = {**form.cleaned_data, "state": FlagState(form.cleaned_data["state"])}
        success = f"{row.flag.title}: saved. It holds everywhere within a few seconds."
        done(request, services.set_flag, success, flag=row.flag, actor=request.user, **decided)
        return redirect("operate:switches")
    status = 422 if form.is_bound else 200
    return render(request, "operate/flag.html", {"row": row, "form": form}, status=status)


@require_POST
@operator_required
def set_value(request: OperatorRequest, slug: str) -> HttpResponse:
    """Another number for the whole installation; empty goes back to the default."""
    setting = known.setting(slug)
    if setting is None:
        raise Http404("No such setting")
    form = SettingForm(request.POST, setting=setting)
    if form.is_valid():
        value = form.cleaned_data["value"]
        done(
            request,
            services.set_setting,
            f"{setting.title}: saved.",
            setting=setting,
            value=value,
            actor=request.user,
        )
    else:
        known.complain(request, form)
    return redirect("operate:switches")
