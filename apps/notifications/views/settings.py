"""What a person wants to hear by which channel, their quiet hours and their contacts (NTF-02, NTF-03)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.limits import by_person, limited
from apps.notifications import board
from apps.notifications.channels import is_configured, push
from apps.notifications.choices import Channel
from apps.notifications.errors import NoticeError
from apps.notifications.forms import BrowserForm, CodeForm, NumberForm, PreferencesForm, QuietForm, SlackForm
from apps.notifications.models import Contact, QuietHours
from apps.notifications.services import contacts, preferences
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.VIEW_STUDIO)
def wishes(request: TeamRequest) -> HttpResponse:
    """The table of types and channels, for this person in this team."""
    channels = board.channels_of(request.user)
    if request.method == "POST":
        form = PreferencesForm(request.POST, channels=channels)
        if not form.is_valid():
            messages.error(
                request, "Something in the table was not understood. Reload the page and try again."
            )
            return redirect("notifications:preferences", request.team.slug)
        preferences.choose_all(
            user=request.user, team=request.team, wanted=form.chosen(), channels=form.channels
        )
        if not request.htmx:
            messages.success(request, "Your choice was saved.")
            return redirect("notifications:preferences", request.team.slug)
        return HttpResponse(status=204, headers={"HX-Trigger": "saved"})
    return _wishes_page(request)


def _wishes_page(request: TeamRequest, quiet: QuietForm | None = None) -> HttpResponse:
    hours = QuietHours.objects.filter(user=request.user).first()
    context = {
        "board": board.board(request.user, request.team),
        "quiet": quiet or QuietForm(instance=hours),
        "quiet_now": hours,
    }
    return render(request, "notifications/preferences.html", context, status=422 if quiet else 200)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def quiet(request: TeamRequest) -> HttpResponse:
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _wishes_page(request, form)
    preferences.keep_quiet(user=request.user, **form.cleaned_data)
    messages.success(request, "Your quiet hours were saved.")
    return redirect("notifications:preferences", request.team.slug)


def _channels_page(request: TeamRequest, **forms: Any) -> HttpResponse:
    known = board.contacts_by_channel(request.user)
    context = {
        "contacts": known,
        "telegram_waits": any(one.waits for one in known[Channel.TELEGRAM]),
        "number_form": NumberForm(),
        "code_form": CodeForm(),
        "slack_form": SlackForm(),
        "sms_works": is_configured(Channel.SMS),
        "telegram_works": is_configured(Channel.TELEGRAM),
        "push_key": push.public_key(),
        **forms,
    }
    return render(request, "notifications/channels.html", context, status=422 if forms else 200)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def channels(request: TeamRequest) -> HttpResponse:
    """The person's own contacts, by channel."""
    return _channels_page(request)


def _back(request: TeamRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("notifications:channels", request.team.slug)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
@limited("notifications.add_number", limit=10, window_s=3600, by=by_person)
def add_number(request: TeamRequest) -> HttpResponse:
    form = NumberForm(request.POST)
    if form.is_valid():
        try:
            contacts.add_number(user=request.user, number=form.cleaned_data["number"])
            return _back(request, "A code is on its way to your phone.")
        except NoticeError as error:
            form.add_error("number", error.message)
    return _channels_page(request, number_form=form)


def _contact(request: TeamRequest, contact_id: UUID) -> Contact:
    return get_object_or_404(Contact.objects.filter(user=request.user), pk=contact_id)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
@limited("notifications.confirm", limit=20, window_s=3600, by=by_person)
def confirm(request: TeamRequest, contact_id: UUID) -> HttpResponse:
    contact, form = _contact(request, contact_id), CodeForm(request.POST)
    if form.is_valid():
        try:
            contacts.confirm(contact=contact, code=form.cleaned_data["code"])
            return _back(request, "Your number works. Choose below what comes to it.")
        except NoticeError as error:
            form.add_error("code", error.message)
    return _channels_page(request, code_form=form)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def add_slack(request: TeamRequest) -> HttpResponse:
    form = SlackForm(request.POST)
    if form.is_valid():
        try:
            made = contacts.add_slack(user=request.user, **form.cleaned_data)
            contacts.send_hello(made)
            return _back(request, "Slack is connected. A first message is on its way there.")
        except NoticeError as error:
            form.add_error("address", error.message)
    return _channels_page(request, slack_form=form)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
@limited("notifications.link_telegram", limit=20, window_s=3600, by=by_person)
def link_telegram(request: TeamRequest) -> HttpResponse:
    """Make a code; the page then shows the link that sends it to the bot, until the chat is there."""
    try:
        contacts.link_telegram(user=request.user)
    except NoticeError as error:
        messages.error(request, error.message)
    return redirect("notifications:channels", request.team.slug)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def add_browser(request: TeamRequest) -> HttpResponse:
    """Keep the subscription that this browser's script has asked for."""
    form = BrowserForm(request.POST)
    if form.is_valid():
        try:
            made = contacts.add_browser(user=request.user, **form.cleaned_data)
            contacts.send_hello(made)
            return _back(request, "This browser is connected.")
        except NoticeError as error:
            messages.error(request, error.message)
    else:
        messages.error(request, "This browser did not give a usable subscription. Try again.")
    return redirect("notifications:channels", request.team.slug)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
@limited("notifications.test", limit=20, window_s=3600, by=by_person)
def test_contact(request: TeamRequest, contact_id: UUID) -> HttpResponse:
    contact = _contact(request, contact_id)
    if not contact.is_usable:
        messages.error(request, "This one is not in use, so nothing can be sent to it.")
        return redirect("notifications:channels", request.team.slug)
    contacts.send_hello(contact)
    return _back(request, "A test message is on its way. The delivery log says what becomes of it.")


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def remove_contact(request: TeamRequest, contact_id: UUID) -> HttpResponse:
    contacts.remove_contact(contact=_contact(request, contact_id))
    return _back(request, "It was removed.")
