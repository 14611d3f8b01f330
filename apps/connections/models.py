"""Accounts of a team at outside platforms, and what has been used of what the platforms allow."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core.fields import EncryptedTextField
from apps.core.models import TeamOwned, Timestamped


class ConnectionStatus(models.TextChoices):
    ACTIVE = "active", "Connected"
    FAILING = "failing", "Not answering"  # its last check failed; mends itself
    BROKEN = "broken", "Needs reconnecting"  # the grant was refused or lacks a scope: a person has to mend it
    DISCONNECTED = "disconnected", "Disconnected"  # kept for the history


class Connection(TeamOwned):
    """One account of the team at one platform. Tokens are encrypted; a disconnected one has none.

    `expires_at` is when the access token ends, `refresh_expires_at` when the grant does. `figures` and `facts` are
    those of `adapters.Account`, as the last check found them. `checked_at` is the last answer, good or bad.
    """

    platform = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    handle = models.CharField(max_length=200, blank=True)
    picture_url = models.CharField(max_length=1000, blank=True)
    link = models.CharField(max_length=500, blank=True)
    status = models.CharField(
        max_length=20, choices=ConnectionStatus.choices, default=ConnectionStatus.ACTIVE
    )
    status_reason = models.CharField(max_length=500, blank=True)
    access_token = EncryptedTextField(blank=True)
    refresh_token = EncryptedTextField(blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    refresh_expires_at = models.DateTimeField(null=True, blank=True)
    scopes = models.JSONField(default=list, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    warned_for = models.DateTimeField(null=True, blank=True)  # the expiry that people were already told of
    picture = models.BinaryField(
        default=bytes, editable=False
    )  # a small JPEG of `picture_url`, shown from here
    picture_mark = models.CharField(max_length=40, blank=True)  # what it was made of; empty: there is none
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    disconnected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["platform", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["team", "platform", "external_id"], name="connection_once_a_team")
        ]
        indexes = [
            models.Index(fields=["status", "checked_at"], name="connection_checks"),
            models.Index(fields=["status", "expires_at"], name="connection_expiry"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_usable(self) -> bool:
        """Whether work may be sent through it. A failing one may mend itself meanwhile."""
        return self.status in (ConnectionStatus.ACTIVE, ConnectionStatus.FAILING)

    @property
    def needs_person(self) -> bool:
        return self.status == ConnectionStatus.BROKEN

    def has_rights(self, needed: Iterable[str]) -> bool:
        """Whether it was connected with all of these rights, by the platform's names of them."""
        return set(needed) <= set(self.scopes)

    @property
    def ends_at(self) -> datetime | None:
        """When the grant itself ends, so that only a person can go on: not an access token that is renewed by itself.
        None where no end is known."""
        if Connection.refresh_token.field.is_kept(self):
            return self.refresh_expires_at
        return min((end for end in (self.expires_at, self.refresh_expires_at) if end), default=None)

    @property
    def token_is_kept(self) -> bool:
        """Whether there is a token, without opening it."""
        return bool(Connection.access_token.field.is_kept(self))

    def expires_within(self, seconds: float) -> bool:
        """Whether the access token ends within so many seconds from now."""
        return self.expires_at is not None and (self.expires_at - timezone.now()).total_seconds() <= seconds


class StrikeKind(models.TextChoices):
    COMMUNITY = "community", "Community guidelines"
    COPYRIGHT = "copyright", "Copyright"
    OTHER = "other", "Other rules"


class StrikeState(models.TextChoices):
    SUGGESTED = (
        "suggested",
        "To be confirmed",
    )  # a platform refused a post by a rule; a person says whether it is one
    ACTIVE = "active", "Active"
    APPEALED = "appealed", "Appealed"  # counts until it is taken back
    RESOLVED = "resolved", "Taken back"
    DISMISSED = "dismissed", "Dismissed"


class Strike(TeamOwned):
    """A platform's mark against a channel for breaking a rule, as the team keeps it: no platform tells programs.

    `until` is its last day; None: until it is taken back. `post_ref` names the post that it is about, `reason` the
    platform's own word where the product itself noticed the refusal. A post is suggested once, whatever becomes of it.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="strikes")
    kind = models.CharField(max_length=20, choices=StrikeKind.choices)
    state = models.CharField(max_length=20, choices=StrikeState.choices, default=StrikeState.ACTIVE)
    about = models.CharField(max_length=500)
    post_ref = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    received_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-received_on", "-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "post_ref"],
                condition=~models.Q(reason=""),
                name="strike_suggested_once_a_post",
            )
        ]

    def __str__(self) -> str:
        return self.about

    def counts_on(self, day: date) -> bool:
        """Whether it stands against the channel on that day; a suggestion does not."""
        stands = self.state in (StrikeState.ACTIVE, StrikeState.APPEALED)
        return stands and (self.until is None or self.until >= day)


class SignIn(TeamOwned):
    """A person on the way to a platform and back (OAuth 2): one `state`, good once, within minutes, for this person,
    session, team and platform. The PKCE verifier never leaves; `found` holds the grant and its accounts while the
    person chooses, encrypted, as they hold tokens.
    """

    platform = models.CharField(max_length=20)
    state_hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mends = models.ForeignKey(Connection, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    verifier = EncryptedTextField(blank=True)
    found = EncryptedTextField(blank=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.platform} for {self.person_id}"


class QuotaUse(Timestamped):
    """How much of a bucket was used within one window of it (CON-04).

    `owner` is "app" for the application's own buckets, which all teams share, or a connection's id.
    """

    platform = models.CharField(max_length=20)
    bucket = models.CharField(max_length=40)
    owner = models.CharField(max_length=40)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)
    exhausted = models.BooleanField(default=False)  # the platform itself said that nothing is left
    warned = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "bucket", "owner", "window_start"], name="quota_once_a_window"
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.bucket}: {self.used}"
