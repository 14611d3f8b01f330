"""The e-mail ledger: an e-mail is a row in its cause's transaction, and a job sends it (NTF-02).

A mail server that is away costs time, never an e-mail. Each try carries the same Message-ID: where a server took an
e-mail and the connection broke before it said so, it is sent again, as RFC 5321 (4.5.4.1) wants, and the reader's
server can tell that it is the same one.
"""

import smtplib
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.core.http import Unavailable
from apps.core.http.redaction import redact
from apps.jobs.errors import JobPostponed
from apps.jobs.services import enqueue
from apps.notifications.mail.packing import pack, unpack
from apps.notifications.models import Email, EmailStatus

KEEP = timedelta(days=30)
AWAY, REST_S = "notifications.mail_away_since", 20.0
PERMANENT = 500  # SMTP replies from here on say that trying again will not help (RFC 5321, 4.2.1)


def queue_email(message: EmailMessage) -> Email | None:
    """Write the e-mail down and let a job send it; None where nobody would get it."""
    if not any(message.recipients()):
        return None
    message.message()  # refuses what no server would take, such as line breaks in a header
    return _write_down(message)


@transaction.atomic(savepoint=False)
def _write_down(message: EmailMessage) -> Email:
    from apps.notifications.jobs import send_email  # jobs stand above services

    row = Email.objects.create(
        recipients=[address for address in message.recipients() if address],
        subject=str(message.subject)[:255],
        content=pack(message),
    )
    args = {"email_id": str(row.pk)}
    enqueue(send_email, team=None, args=args, key=f"email:{row.pk}", title="Send an e-mail")
    return row


def deliver_email(email_id: UUID) -> EmailStatus:
    """Hand the e-mail to the mail server, unless that was done.

    Raises Unavailable where it must be tried again, JobPostponed where another e-mail has just found the server away:
    each would hold a worker until its time limit.
    """
    row = Email.objects.get(pk=email_id)
    if row.status != EmailStatus.WAITING or row.content is None:
        return EmailStatus(row.status)
    if (wait_s := _away_for_s()) > 0:
        raise JobPostponed("The mail server does not answer at the moment.", wait_s=wait_s)
    Email.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    try:
        _send(unpack(row.content))
    except (smtplib.SMTPException, OSError) as error:
        sentence = _sentence(error)
        if not _is_final(error):
            _note_away(error)
            Email.objects.filter(pk=row.pk).update(error=sentence)
            raise Unavailable(sentence) from error
        Email.objects.filter(pk=row.pk).update(status=EmailStatus.REFUSED, error=sentence, content=None)
        return EmailStatus.REFUSED
    Email.objects.filter(pk=row.pk).update(
        status=EmailStatus.SENT, sent_at=timezone.now(), error="", content=None
    )
    return EmailStatus.SENT


def _note_away(error: Exception) -> None:
    """The server itself is away, rather than unwilling: leave it alone for a moment."""
    if not isinstance(error, smtplib.SMTPResponseException):
        cache.set(AWAY, timezone.now().timestamp(), REST_S)


def _away_for_s() -> float:
    """Seconds for which nobody should try: the time is compared here, since a cache may keep a key for longer."""
    since = cache.get(AWAY)
    return 0.0 if since is None else max(0.0, float(since) + REST_S - timezone.now().timestamp())


def _send(message: EmailMessage) -> None:
    get_connection(settings.EMAIL_DELIVERY_BACKEND).send_messages([message])


def _is_final(error: Exception) -> bool:
    """Whether the server refused this e-mail or its readers for good; a wrong sign-in of ours can be mended."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= PERMANENT


def _sentence(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {_text(words)}" for code, words in error.recipients.values())
        return redact(f"The mail server does not take the address. It said: {said}")[:500]
    if isinstance(error, smtplib.SMTPResponseException):
        return redact(f"The mail server said: {error.smtp_code} {_text(error.smtp_error)}")[:500]
    return redact(f"The mail server cannot be reached: {error or type(error).__name__}")[:500]


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


def forget_old() -> int:
    """Remove the rows of e-mails that were sent or refused a month ago; returns how many."""
    over = Email.objects.exclude(status=EmailStatus.WAITING)
    return over.filter(created_at__lt=timezone.now() - KEEP).delete()[0]
