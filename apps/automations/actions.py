"""What automations can do that belongs to no other app: tell people."""

from django import forms
from django.urls import reverse

from apps.accounts.models import User
from apps.automations.errors import NotPossible
from apps.automations.registry import ActionCall, ActionForm, define_action
from apps.notifications.choices import Priority
from apps.notifications.services import notify as tell
from apps.teams.models import Membership
from apps.teams.roles import Permission

ME, EVERYBODY, MANAGERS = "me", "everybody", "managers"
WHO = [
    (ME, "Me"),
    (MANAGERS, "Everybody who may manage the team"),
    (EVERYBODY, "Everybody in the team"),
]
HOW = [
    (Priority.NORMAL.name, "News: in the studio, and where each wants to hear of it"),
    (Priority.HIGH.name, "Important: by e-mail too"),
    (Priority.CRITICAL.name, "Urgent: calls one after the other until somebody answers"),
]
HINT = "Names in braces are replaced by what the event says."


class NotifyForm(ActionForm):
    who = forms.ChoiceField(label="Who is told", choices=WHO, initial=ME)
    priority = forms.ChoiceField(label="How urgent it is", choices=HOW, initial=Priority.NORMAL.name)
    subject = forms.CharField(label="Subject", max_length=150, initial="{subject}", help_text=HINT)
    text = forms.CharField(
        label="Text", max_length=2000, required=False, widget=forms.Textarea({"rows": 4}), help_text=HINT
    )


def recipients(call: ActionCall) -> list[User]:
    """Those of the team who are told, in the order in which they came. Raises NotPossible where there is nobody."""
    members = Membership.objects.filter(team=call.team, user__is_active=True).select_related("user")
    who = call.wishes.get("who", ME)
    found = [
        member.user
        for member in members.order_by("created_at")
        if who == EVERYBODY
        or (who == ME and member.user_id == call.actor.pk)
        or (who == MANAGERS and member.may(Permission.MANAGE_TEAM))
    ]
    if not found:
        raise NotPossible("There is nobody left in the team who is to be told.")
    return found


def notify(call: ActionCall) -> str:
    """A notice to each, by the channels that they want."""
    people, subject = recipients(call), subject_of(call)
    tell(
        "automation.told",
        team=call.team,
        users=people,
        priority=Priority[call.wishes.get("priority", Priority.NORMAL.name)],
        title=subject,
        body=call.text("text"),
        href=reverse("events:event", args=[call.team.slug, call.event.pk]),
        subject_id=call.event.subject_id,
    )
    return f"Told {named(people)}: {subject}"


def would_notify(call: ActionCall) -> str:
    return f"Would tell {named(recipients(call))}: {subject_of(call)}"


def subject_of(call: ActionCall) -> str:
    """One line, whatever the event brings; its subject's name where nothing is left."""
    return " ".join(call.text("subject").split()) or call.event.subject_name


def named(people: list[User]) -> str:
    return str(people[0]) if len(people) == 1 else f"{len(people)} people"


define_action(
    "notify",
    label="Tell people",
    summary="Sends a message to you, to those who manage the team, or to everybody in it.",
    icon="bell",
    form=NotifyForm,
    run=notify,
    describe=would_notify,
    permission=Permission.VIEW_STUDIO,
)
