"""What notifications hold of a person."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from apps.accounts.queries import addresses_of
from apps.core.personal_data import Part, collects, forgets
from apps.notifications.choices import Channel
from apps.notifications.models import (
    Alert,
    Announcement,
    Contact,
    Email,
    EmailStatus,
    Message,
    Notice,
    Preference,
    QuietHours,
)

NOTICE = ("team_id", "type", "title", "body", "count", "created_at", "read_at", "dismissed_at")
MESSAGE = ("channel", "status", "due_at", "handed_at", "reason", "created_at")
HELD = (Notice, Message, Contact, Preference, QuietHours, Alert, Announcement)

ACCOUNT_GONE = "The account that it was for is deleted."


@collects("notifications", *HELD)
def of_person(user: Any) -> Iterator[Part]:
    """What the person was told and how, where they are reached, what they want to hear, and what they announced."""
    notices = Notice.objects.filter(user=user).order_by("created_at")
    yield Part("notices.json", rows=list(notices.values(*NOTICE)))
    messages = Message.objects.filter(user=user).order_by("created_at")
    yield Part("messages.json", rows=list(messages.values(*MESSAGE)))
    contacts = Contact.objects.filter(user=user).order_by("created_at")
    yield Part("contacts.json", rows=[_contact(contact) for contact in contacts])
    wishes = Preference.objects.filter(user=user).order_by("pk")
    yield Part("wishes.json", rows=list(wishes.values("team_id", "type", "channel", "wanted")))
    hours = QuietHours.objects.filter(user=user)
    yield Part("quiet_hours.json", rows=list(hours.values("begins", "ends", "critical_passes")))
    alerts = Alert.objects.filter(acknowledged_by=user).order_by("created_at")
    yield Part("acknowledged.json", rows=list(alerts.values("team_id", "type", "title", "acknowledged_at")))
    announced = Announcement.objects.filter(author=user).order_by("created_at")
    yield Part("announced.json", rows=list(announced.values("title", "body", "created_at")))
    sent = Q()
    for address in addresses_of(user):
        sent |= Q(recipients__contains=[address])
    emails = Email.objects.filter(sent).order_by("created_at")
    yield Part("emails.json", rows=list(emails.values("subject", "status", "created_at", "sent_at")))


def _contact(contact: Contact) -> dict[str, Any]:
    """A number is the person's own; hooks and subscriptions are keys with which anybody could write to them."""
    return {
        "channel": contact.channel,
        "label": contact.label,
        "address": contact.address if contact.channel == Channel.SMS else contact.hint,
        "created_at": contact.created_at,
        "verified_at": contact.verified_at,
        "last_used_at": contact.last_used_at,
        "stopped_at": contact.stopped_at,
    }


@forgets("notifications")
def forget_person(user: Any) -> None:
    """The ledger of e-mails keeps that one was sent, but not to whom; what has not left yet does not leave."""
    for address in addresses_of(user):
        for email in Email.objects.select_for_update().filter(recipients__contains=[address]):
            email.recipients = [other for other in email.recipients if other != address]
            if not email.recipients and email.status == EmailStatus.WAITING:
                email.status, email.error, email.content = EmailStatus.REFUSED, ACCOUNT_GONE, None
            email.save(update_fields=["recipients", "status", "error", "content", "updated_at"])
