"""Delivering one message: checked once more, handed to its channel, and written into the log (NTF-02)."""

import logging
import time
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.http import AddressRefused, OutcomeUnknown, OutsideError
from apps.notifications.channels import SENDERS, ContactGone, ContactMoved
from apps.notifications.choices import Channel
from apps.notifications.contents import content_of
from apps.notifications.letters import letter_of
from apps.notifications.models import Contact, Message, MessageStatus
from apps.notifications.services.contacts import hash_of, stop_contact
from apps.notifications.services.mail import queue_email
from apps.teams.models import Membership

logger = logging.getLogger(__name__)

SEEN_AFTER = timedelta(seconds=30)  # what was held back so long and read meanwhile need not ring any more


def deliver(message_id: UUID, *, last_try: bool) -> MessageStatus:
    """Hand the message to its channel, once. Raises the channel's OutsideError where it is worth another try."""
    message = _take(message_id)
    if message is None:
        return MessageStatus(Message.objects.values_list("status", flat=True).get(pk=message_id))
    began = time.monotonic()
    try:
        reference = _send(message)
    except OutsideError as error:
        _note_failure(message, error, time.monotonic() - began, again=error.retryable and not last_try)
        if error.retryable and not last_try:
            raise
        return MessageStatus(message.status)
    _note_success(message, reference, time.monotonic() - began)
    return MessageStatus.SENT


@transaction.atomic
def _take(message_id: UUID) -> Message | None:
    """The message, marked as on its way; None where it is over, or was and the worker died in the middle of it."""
    rows = Message.objects.select_for_update(no_key=True, of=("self",))
    message = rows.select_related("notice__alert", "user", "team", "contact").get(pk=message_id)
    if message.status == MessageStatus.SENDING:
        message.status = MessageStatus.UNKNOWN
        message.reason = "The worker stopped in the middle of it, so it may or may not have arrived."
        message.save(update_fields=["status", "reason", "updated_at"])
        return None
    if message.status != MessageStatus.WAITING:
        return None
    if reason := _no_longer_wanted(message):
        message.status, message.reason = MessageStatus.DROPPED, reason
        message.save(update_fields=["status", "reason", "updated_at"])
        return None
    message.status = MessageStatus.SENDING
    message.save(update_fields=["status", "updated_at"])
    return message


def _no_longer_wanted(message: Message) -> str:
    """Why it should not be sent any more; nothing where it should."""
    notice, contact = message.notice, message.contact
    if not message.user.is_active:
        return "The account was switched off."
    if message.team_id and not Membership.objects.filter(team=message.team_id, user=message.user_id).exists():
        return "The person is no longer in the team."
    if message.channel != Channel.EMAIL and (contact is None or not contact.is_usable):
        return contact.stopped_because if contact and contact.stopped_because else "The contact was removed."
    if notice.alert is not None and not notice.alert.is_open:
        return "The alert was acknowledged before."
    if notice.dismissed_at or (notice.read_at and timezone.now() - message.created_at > SEEN_AFTER):
        return "It was seen in the studio before."
    return ""


def _send(message: Message) -> str:
    """The channel's own name of the message. Raises an OutsideError."""
    if message.channel == Channel.EMAIL:
        return _send_email(message)
    if message.contact is None:
        raise ContactGone("The contact was removed.")
    channel, content = Channel(message.channel), content_of(message)
    try:
        return SENDERS[channel](message.contact.address, content)
    except ContactMoved as moved:
        _move(message.contact, moved.address)
        return SENDERS[channel](moved.address, content)
    except AddressRefused as error:
        raise ContactGone(error.message) from error


@transaction.atomic
def _send_email(message: Message) -> str:
    """Into the ledger, which has tries of its own."""
    message.email = queue_email(letter_of(message))
    message.save(update_fields=["email", "updated_at"])
    return ""


def _move(contact: Contact, address: str) -> None:
    contact.address, contact.address_hash = address, hash_of(address)
    contact.save(update_fields=["address", "address_hash", "updated_at"])


def _note(message: Message, outcome: str, took_s: float) -> None:
    now = timezone.now().isoformat(timespec="milliseconds")
    message.attempts = [*message.attempts, {"at": now, "outcome": outcome, "seconds": round(took_s, 3)}]


@transaction.atomic
def _note_success(message: Message, reference: str, took_s: float) -> None:
    _note(message, "Handed over", took_s)
    message.status, message.handed_at, message.reason = MessageStatus.SENT, timezone.now(), ""
    message.reference = reference[:120]
    message.save(update_fields=["status", "handed_at", "reason", "reference", "attempts", "updated_at"])
    if message.contact_id:
        Contact.objects.filter(pk=message.contact_id).update(last_used_at=timezone.now())


@transaction.atomic
def _note_failure(message: Message, error: OutsideError, took_s: float, *, again: bool) -> None:
    _note(message, error.message[:400], took_s)
    message.reason = error.message[:500]
    if again:
        message.status = MessageStatus.WAITING
    elif isinstance(error, OutcomeUnknown):
        message.status = MessageStatus.UNKNOWN
    else:
        message.status = MessageStatus.FAILED
    message.save(update_fields=["status", "reason", "attempts", "updated_at"])
    if isinstance(error, ContactGone) and message.contact is not None:
        stop_contact(message.contact, error.message)
    logger.warning("a notification by %s: %s", message.channel, error.message)
