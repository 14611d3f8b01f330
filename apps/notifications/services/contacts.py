"""A person's contacts: added, proved to be theirs, stopped, removed (NTF-02)."""

import hashlib
import logging
import re
import secrets
from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.core import limits
from apps.core.http import OutsideError
from apps.notifications.channels import is_configured, push, slack, sms, telegram
from apps.notifications.choices import Channel, Priority, Wording
from apps.notifications.errors import NoticeError
from apps.notifications.models import Contact

logger = logging.getLogger(__name__)

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODES_AN_HOUR = 5
MOST = 10  # contacts of one person by one channel
NUMBER = re.compile(r"\+[1-9]\d{7,14}")  # E.164
CODE_WORDS = Wording(
    "{code} is your Showrunner code. It works for ten minutes.",
    "{code} ist Ihr Showrunner-Code. Er gilt zehn Minuten.",
)
HELLO = Wording("Showrunner reaches you here", "Hier erreicht Sie Showrunner")
HELLO_BODY = Wording(
    "What comes here is chosen in the studio, under Notifications.",
    "Was hierher kommt, bestimmen Sie im Studio unter Benachrichtigungen.",
)
OFFSET = "notifications.telegram_offset"


def hash_of(address: str) -> str:
    """By which the same address is found again, though it is encrypted."""
    return hashlib.sha256(address.encode()).hexdigest()


def masked(text: str, *, shown: int = 4) -> str:
    return f"…{text[-shown:]}"


def add_number(*, user: User, number: str) -> Contact:
    """Take down a phone number and send a code to it. Raises NoticeError where that can't be."""
    number = re.sub(r"[\s().-]", "", number)
    if not is_configured(Channel.SMS):
        raise NoticeError("Text messages are not set up in this installation.", field="number")
    if not NUMBER.fullmatch(number):
        raise NoticeError("Enter the number with its country code, such as +49 151 23456789.", field="number")
    verdict = limits.hit("notifications.sms_code", str(user.pk), limit=CODES_AN_HOUR, window_s=3600)
    if not verdict.allowed:
        raise NoticeError(f"Wait {verdict.wait_text} before you ask for another code.", field="number")
    return _number(user, number)


@transaction.atomic
def _number(user: User, number: str) -> Contact:
    from apps.jobs.services import enqueue
    from apps.notifications.jobs import send_code  # jobs stand above services

    contact = _kept(user, Channel.SMS, number, hint=masked(number), verified=False)
    contact.code = f"{secrets.randbelow(10**6):06}"
    contact.code_tries, contact.code_until = 0, timezone.now() + CODE_LIFE
    contact.save(update_fields=["code", "code_tries", "code_until", "updated_at"])
    enqueue(send_code, team=None, args={"contact_id": str(contact.pk)}, title="Send a code")
    return contact


def send_code(contact_id: UUID) -> str:
    """Text the code of a contact to its number; returns the service's name of the message."""
    contact = Contact.objects.select_related("user").filter(pk=contact_id).first()
    if contact is None or not contact.code:
        return ""
    words = CODE_WORDS.in_language(contact.user.language).format(code=contact.code)
    try:
        return sms.send_text(contact.address, words)
    except OutsideError as error:
        if not error.retryable:
            stop_contact(contact, error.message, say=False)
        raise


def confirm(*, contact: Contact, code: str) -> Contact:
    """Prove with the code that the number is the person's. Raises NoticeError for a wrong, old or worn-out one."""
    with transaction.atomic():
        locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
        worn_out = locked.code_tries >= CODE_TRIES
        over = not locked.code or locked.code_until is None or locked.code_until < timezone.now()
        right = not over and not worn_out and secrets.compare_digest(locked.code, code.strip())
        if right:
            locked.verified_at, locked.code, locked.code_until = timezone.now(), "", None
            locked.save(update_fields=["verified_at", "code", "code_until", "updated_at"])
            _tell("notification.contact_add", locked)
        else:
            Contact.objects.filter(pk=locked.pk).update(code_tries=F("code_tries") + 1)
    if over or worn_out:
        raise NoticeError("This code no longer works. Ask for a new one.", field="code")
    if not right:
        raise NoticeError("That is not the code. Look at the newest message.", field="code")
    return locked


def add_slack(*, user: User, address: str, label: str = "") -> Contact:
    """Connect an incoming webhook. Raises NoticeError where the address is none."""
    address = address.strip()
    if not slack.is_hook(address):
        raise NoticeError(
            "This is not the address of a Slack webhook: it begins with https://hooks.slack.com/services/.",
            field="address",
        )
    return _added(user, Channel.SLACK, address, hint=masked(address), label=label.strip()[:80])


def add_browser(*, user: User, subscription: str, label: str) -> Contact:
    """Connect the browser whose subscription this is. Raises NoticeError where it is none."""
    try:
        endpoint = push.read_subscription(subscription).endpoint
    except ValueError as error:
        raise NoticeError("This browser did not give a usable subscription. Try again.") from error
    if not endpoint.startswith("https://"):
        raise NoticeError("This browser's push service has no secure address.")
    return _added(user, Channel.PUSH, subscription, hint=label[:80], label=label[:80])


@transaction.atomic
def _added(user: User, channel: Channel, address: str, *, hint: str, label: str) -> Contact:
    contact = _kept(user, channel, address, hint=hint, verified=True)
    contact.label = label
    contact.save(update_fields=["label", "updated_at"])
    _tell("notification.contact_add", contact)
    return contact


def _kept(user: User, channel: Channel, address: str, *, hint: str, verified: bool) -> Contact:
    """The contact with this address, new or as it was, ready to be used (again)."""
    mine = Contact.objects.filter(user=user, channel=channel)
    known = mine.filter(address_hash=hash_of(address)).first()
    if known is None and mine.count() >= MOST:
        raise NoticeError(f"You have {MOST} of these already. Remove one first.")
    contact = known or Contact(user=user, channel=channel, address=address, address_hash=hash_of(address))
    contact.hint, contact.stopped_at, contact.stopped_because = hint, None, ""
    contact.verified_at = timezone.now() if verified else None
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        raise NoticeError("This was added at the same moment in another window.") from error
    return contact


def link_telegram(*, user: User) -> Contact:
    """A code that connects the chat from which it is sent to the bot. An unused one is used again."""
    if not is_configured(Channel.TELEGRAM):
        raise NoticeError("Telegram is not set up in this installation.")
    waiting = Contact.objects.filter(user=user, channel=Channel.TELEGRAM, verified_at=None)
    waiting.delete()
    return Contact.objects.create(
        user=user,
        channel=Channel.TELEGRAM,
        code=secrets.token_urlsafe(18),
        code_until=timezone.now() + CODE_LIFE,
    )


def someone_is_linking() -> bool:
    return Contact.objects.filter(
        channel=Channel.TELEGRAM, verified_at=None, code_until__gt=timezone.now()
    ).exists()


def read_telegram() -> int:
    """Ask the bot who sent it a code, and connect their chats; returns how many. Raises an OutsideError.

    Asking again without having written down what came is harmless: a code works once.
    """
    started, offset = telegram.started_since(int(cache.get(OFFSET, 0)))
    linked = sum(_linked(one) for one in started)
    cache.set(OFFSET, offset, None)
    return linked


@transaction.atomic
def _linked(started: telegram.Started) -> bool:
    waiting = Contact.objects.select_for_update(no_key=True).filter(
        channel=Channel.TELEGRAM, verified_at=None, code_until__gt=timezone.now()
    )
    contact = next((one for one in waiting if secrets.compare_digest(one.code, started.code)), None)
    if contact is None:
        return False
    address = str(started.chat_id)
    Contact.objects.filter(
        user=contact.user_id, channel=Channel.TELEGRAM, address_hash=hash_of(address)
    ).delete()
    contact.address, contact.address_hash = address, hash_of(address)
    contact.hint = contact.label = started.name or masked(address)
    contact.code, contact.code_until, contact.verified_at = "", None, timezone.now()
    contact.save()
    _tell("notification.contact_add", contact)
    return True


@transaction.atomic
def send_hello(contact: Contact) -> None:
    """A first message, or a test: by this contact alone, and in no centre."""
    from apps.notifications.models import Notice
    from apps.notifications.services.telling import hand_out, message_for

    notice = Notice.objects.create(
        user=contact.user,
        type="contact.test",
        priority=Priority.NORMAL,
        title=HELLO.in_language(contact.user.language),
        body=HELLO_BODY.in_language(contact.user.language),
        shown=False,
    )
    hand_out([message_for(notice, Channel(contact.channel), contact, timezone.now())], urgent=False)


@transaction.atomic
def remove_contact(*, contact: Contact) -> None:
    """Forget the contact; what waits for it is not sent."""
    _tell("notification.contact_remove", contact)
    contact.delete()


@transaction.atomic
def stop_contact(contact: Contact, reason: str, *, say: bool = True) -> None:
    """Use the contact no more, and tell its owner so. A browser whose subscription has ended is removed."""
    from apps.notifications.notices import CONTACT_STOPPED, stopped_words
    from apps.notifications.services.telling import notify

    fresh = Contact.objects.filter(pk=contact.pk, stopped_at=None)
    if not fresh.update(stopped_at=timezone.now(), stopped_because=reason[:300]):
        return
    logger.info("contact %s by %s is stopped: %s", contact.pk, contact.channel, reason)
    if say:
        words = stopped_words(contact, reason)
        notify(CONTACT_STOPPED, users=[contact.user], title=words.title, body=words.body, subject=contact)
    if contact.channel == Channel.PUSH:
        Contact.objects.filter(pk=contact.pk).delete()


def forget_unproved() -> int:
    """Remove contacts whose code ran out a day ago; returns how many."""
    old = timezone.now() - timedelta(days=1)
    return Contact.objects.filter(verified_at=None, code_until__lt=old).delete()[0]


def _tell(action: str, contact: Contact) -> None:
    audit(
        action, actor=contact.user, target=contact, after={"channel": contact.channel, "hint": contact.hint}
    )
