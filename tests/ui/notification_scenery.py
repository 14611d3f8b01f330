"""Notices, messages and an alert in every state, for the pages of notifications."""

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.notifications.models import Alert, Contact, Message, Notice, QuietHours
from apps.notifications.optout import OptOut, token_of
from apps.teams.models import Team

TOLD = (
    ("video.ready", 20, "“Why bread smells of home” is ready", "Watch it, and publish it where you like.", 2),
    ("job.dead", 30, "“Check take-3.mov” failed for good", "The file has no sound. Upload it again.", 14),
    (
        "provider.key_broken",
        30,
        "The key “ElevenLabs” is refused",
        "ElevenLabs did not accept the key (401).",
        55,
    ),
    ("announcement", 20, "Maintenance on Sunday at 6:00", "The studio is away for about ten minutes.", 300),
    (
        "video.ready",
        20,
        "“Nine lamps above the harbour” is ready",
        "Watch it, and publish it where you like.",
        1700,
    ),
)
REASON = "This number no longer takes messages: its owner answered STOP. They can answer START to undo it."


def build_notifications(team: Team, user: User) -> dict[str, Any]:
    """Rows for the pages of notifications; the names fill their addresses."""
    now = timezone.now()
    notices = [
        Notice.objects.create(
            team=None if kind == "announcement" else team, user=user, type=kind, priority=priority, title=title,
            body=body, last_at=now - timedelta(minutes=ago), read_at=now if ago > 100 else None,
        )
        for kind, priority, title, body, ago in TOLD
    ]  # fmt: skip
    digest = Notice.objects.create(
        team=team, user=user, type="video.failed", priority=30, title="x", count=4_998, closes_at=now,
        samples=[f"“Take {n}” could not be made" for n in range(1, 6)], last_at=now - timedelta(minutes=30),
    )  # fmt: skip
    alert = _alert(team, user)
    phone = _contact(user, "sms", "…6789", stopped_at=now, stopped_because=REASON)
    _contact(user, "slack", "…x7Qd", label="#studio", last_used_at=now - timedelta(minutes=14))
    _contact(user, "push", "Firefox on Linux")
    QuietHours.objects.create(user=user, begins=time(22), ends=time(7))
    for number, status in enumerate(("sent", "waiting", "failed", "unknown", "dropped")):
        message = _message(notices[number], status, number, phone if status == "failed" else None)
    return {
        "notice": digest.pk,
        "alert": alert.pk,
        "message": message.pk,
        "stop": token_of(OptOut(user.pk, team.pk, "job.dead")),
    }


def _alert(team: Team, user: User) -> Alert:
    now = timezone.now()
    ladder = [[str(user.pk), "push"], [str(user.pk), "slack"], [str(user.pk), "email"]]
    alert = Alert.objects.create(
        team=team, type="alert.test", title="Test alert: nothing is wrong", ladder=ladder, step=1,
        next_at=now + timedelta(minutes=4),
    )  # fmt: skip
    Notice.objects.create(
        team=team, user=user, type="alert.test", priority=40, title=alert.title, alert=alert,
        body="Mara tries out who is called. Acknowledge it, and nobody else is.",
    )  # fmt: skip
    return alert


def _contact(user: User, channel: str, hint: str, **values: Any) -> Contact:
    return Contact.objects.create(
        user=user,
        channel=channel,
        hint=hint,
        address="x",
        address_hash=channel,
        verified_at=timezone.now(),
        **values,
    )


def _message(notice: Notice, status: str, number: int, contact: Contact | None) -> Message:
    now = timezone.now()
    tried = [{"at": now.isoformat(), "outcome": "Slack has a fault at the moment (503).", "seconds": 0.41}]
    reasons = {
        "failed": REASON,
        "dropped": "It was seen in the studio before.",
        "unknown": "Slack did not answer.",
    }
    return Message.objects.create(
        team=notice.team, notice=notice, user=notice.user, channel="sms" if contact else "email", contact=contact,
        status=status, due_at=now - timedelta(minutes=number), attempts=tried if number else [],
        handed_at=now if status == "sent" else None, reason=reasons.get(status, ""),
    )  # fmt: skip
