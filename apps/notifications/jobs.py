"""Background work of notifications."""

from typing import Any
from uuid import UUID

from apps.jobs.clock import recurring
from apps.jobs.kinds import job_kind
from apps.jobs.runner import JobRun
from apps.jobs.services import enqueue
from apps.notifications.services import alerts, announcing, contacts, delivering, mail, reading


# 20 attempts, an hour apart in the end: a mail server may be away for ten hours.
@job_kind("notifications.send_email", attempts=20, timeout_s=120, longest_wait_s=3600)
def send_email(run: JobRun, *, email_id: str) -> dict[str, Any]:
    """Hand one e-mail of the ledger to the mail server."""
    return {"status": mail.deliver_email(UUID(email_id)).value}


@job_kind("notifications.deliver", attempts=8, timeout_s=60)
def deliver(run: JobRun, *, message_id: str) -> dict[str, Any]:
    """Hand one message to its channel."""
    return _deliver(run, message_id)


# On the queue that every worker looks at first: critical news overtake everything.
@job_kind("notifications.deliver_urgent", queue="short", attempts=5, timeout_s=40, first_wait_s=3)
def deliver_urgent(run: JobRun, *, message_id: str) -> dict[str, Any]:
    """Hand one message of an alert to its channel."""
    return _deliver(run, message_id)


def _deliver(run: JobRun, message_id: str) -> dict[str, Any]:
    last = run.job.attempts >= run.job.max_attempts
    return {"status": delivering.deliver(UUID(message_id), last_try=last).value}


@job_kind("notifications.send_code", attempts=3, timeout_s=60)
def send_code(run: JobRun, *, contact_id: str) -> dict[str, Any]:
    """Text the code that proves a phone number."""
    return {"reference": contacts.send_code(UUID(contact_id))}


@job_kind("notifications.read_telegram", attempts=1, timeout_s=60)
def read_telegram(run: JobRun) -> dict[str, Any]:
    """Ask the bot for the codes that people sent it."""
    return {"linked": contacts.read_telegram()}


@job_kind("notifications.tell_announcement", attempts=5, timeout_s=300)
def tell_announcement(run: JobRun, *, announcement_id: str) -> dict[str, Any]:
    """Tell the next people of an announcement."""
    return {"told": announcing.tell_some(UUID(announcement_id))}


@recurring("notifications.escalate", every_s=5)
def escalate() -> None:
    alerts.escalate_due()


@recurring("notifications.look_for_chats", every_s=5)
def look_for_chats() -> None:
    """Ask the bot only while somebody waits for their chat to be linked."""
    if contacts.someone_is_linking():
        enqueue(read_telegram, team=None, args={}, title="Look for linked chats")


@recurring("notifications.forget_old", every_s=3600)
def forget_old() -> None:
    mail.forget_old()
    contacts.forget_unproved()
    reading.forget_old()
