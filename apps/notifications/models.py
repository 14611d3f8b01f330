"""What people are told, and how it reached them."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core.fields import EncryptedTextField
from apps.core.models import TeamOwned, TeamQuerySet, Timestamped
from apps.notifications.choices import Channel, Priority, Wording


class EmailStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    REFUSED = "refused", "Refused"


class Email(Timestamped):
    """One e-mail of the ledger, whoever wrote it. `content` is wiped out once it was sent: it may hold a code."""

    recipients = models.JSONField()
    subject = models.CharField(max_length=255)
    content = EncryptedTextField(null=True)
    status = models.CharField(max_length=10, choices=EmailStatus.choices, default=EmailStatus.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"])]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"E-mail of {timezone.localtime(self.created_at):%d %B, %H:%M}"


class Alert(TeamOwned):
    """Something critical that somebody must look at: it climbs its ladder until a person acknowledges it (NTF-05).

    `ladder` holds [user id, channel] in order, `step` is the next one, which is due at `next_at` (None: it rests).
    """

    type = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    subject_id = models.CharField(max_length=64, blank=True)
    repeats = models.PositiveIntegerField(default=0)
    ladder = models.JSONField(default=list)
    step = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(acknowledged_at=None), name="notices_alert_due"
            ),
            models.Index(fields=["team", "-created_at"]),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.acknowledged_at is None

    @property
    def is_due(self) -> bool:
        """Whether the next person is being called at this moment."""
        return self.next_at is not None and self.next_at <= timezone.now()

    @property
    def response_s(self) -> float | None:
        """Seconds from the alert to its acknowledgement."""
        if self.acknowledged_at is None:
            return None
        return (self.acknowledged_at - self.created_at).total_seconds()


class Notice(Timestamped):
    """What one person is told. `team` is empty for what concerns the installation or the person alone.

    A digest stands for `count` alerts of one kind: it takes in what comes until `closes_at`; `samples` holds the
    last titles. `shown` is False where the person wants this type by other channels only.
    """

    team = models.ForeignKey("teams.Team", null=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=60)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    href = models.CharField(max_length=500, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    alert = models.ForeignKey(Alert, null=True, on_delete=models.CASCADE, related_name="notices")
    count = models.PositiveIntegerField(default=1)
    samples = models.JSONField(default=list)
    closes_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(default=timezone.now)
    shown = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-last_at"]),
            models.Index(fields=["user", "type", "-last_at"]),
            models.Index(
                fields=["user"],
                condition=models.Q(read_at=None, dismissed_at=None, shown=True),
                name="notices_unread",
            ),
            models.Index(fields=["created_at"]),
        ]
        ordering = ["-last_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_digest(self) -> bool:
        return self.closes_at is not None


class Contact(Timestamped):
    """A way to reach a person: a phone number, a Telegram chat, a Slack hook, a browser. E-mail needs none.

    `address` is secret: who has a hook or a subscription can write to its owner. `hint` is what pages show.
    `code` waits for a person to prove that the contact is theirs.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    label = models.CharField(max_length=80, blank=True)
    address = EncryptedTextField(blank=True)
    address_hash = models.CharField(max_length=64, blank=True)
    hint = models.CharField(max_length=80, blank=True)
    code = EncryptedTextField(blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    code_until = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=300, blank=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "channel", "address_hash"],
                condition=~models.Q(address_hash=""),
                name="notices_contact_once",
            )
        ]
        ordering = ["channel", "created_at"]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.hint}".strip()

    @property
    def is_usable(self) -> bool:
        return self.verified_at is not None and self.stopped_at is None


class MessageStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENDING = "sending", "On its way"
    SENT = "sent", "Handed over"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "Not confirmed"
    DROPPED = "dropped", "Not sent"


class Message(Timestamped):
    """One notice by one channel: the delivery log (NTF-02).

    `due_at` is when it may leave (a digest waits for more, quiet hours for the morning), `handed_at` when the
    channel took it. `attempts` lists {"at", "outcome", "seconds"}, `reason` says in a sentence why it did not go.
    """

    team = models.ForeignKey("teams.Team", null=True, on_delete=models.CASCADE, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="messages")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    email = models.ForeignKey(Email, null=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=10, choices=MessageStatus.choices, default=MessageStatus.WAITING)
    due_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    attempts = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    reference = models.CharField(max_length=120, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["team", "-created_at"]),
            models.Index(fields=["user", "-created_at"]),
        ]
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.notice} by {self.get_channel_display()}"


class Preference(models.Model):
    """Where a person wants a type otherwise than by default. `team` is empty for notices without one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey("teams.Team", null=True, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    wanted = models.BooleanField()

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "team", "type", "channel"],
                nulls_distinct=False,
                name="notices_one_preference",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} by {self.channel}: {'yes' if self.wanted else 'no'}"


class QuietHours(models.Model):
    """When a person is not to be disturbed, by the clock of their own time zone; it may go past midnight."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="quiet_hours"
    )
    begins = models.TimeField()
    ends = models.TimeField()
    critical_passes = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.begins:%H:%M} to {self.ends:%H:%M}"

    def over_at(self, now: datetime, zone: str) -> datetime | None:
        """When the quiet hours that `now` lies in are over; None outside of them."""
        return quiet_until(now, self.begins, self.ends, zone)


def quiet_until(now: datetime, begins: time, ends: time, zone: str) -> datetime | None:
    """The end of the quiet hours around `now`, by the clock on the wall of `zone`; None outside of them."""
    local = now.astimezone(ZoneInfo(zone))
    clock = local.time().replace(tzinfo=None)
    if begins == ends:
        return None
    past_midnight = begins > ends
    inside = (clock >= begins or clock < ends) if past_midnight else begins <= clock < ends
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if past_midnight and clock >= begins else 0)
    return max(now, datetime.combine(day, ends, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo))


class EscalationPlan(TeamOwned):
    """Who is asked after whom, and how long each has to answer. Without one: owners, then admins."""

    order = models.JSONField(default=list)
    wait_minutes = models.PositiveSmallIntegerField(default=5)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team"], name="notices_one_plan_a_team")]

    def __str__(self) -> str:
        return f"Escalation in {self.team}"


class Announcement(Timestamped):
    """What operators tell everybody, or one team."""

    team = models.ForeignKey("teams.Team", null=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=120)
    body = models.TextField(max_length=2000)
    title_de = models.CharField(max_length=120, blank=True)
    body_de = models.TextField(max_length=2000, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    told = models.PositiveIntegerField(default=0)
    told_up_to = models.UUIDField(null=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    def words(self) -> tuple[Wording, Wording]:
        """Title and body in both languages; what was not translated is said in the one there is."""
        return (
            Wording(self.title, self.title_de or self.title),
            Wording(self.body, self.body_de or self.body),
        )
