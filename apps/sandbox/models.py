"""What the stand-ins keep: accounts at the platforms, what was allowed, what was uploaded and published, and what is
to go wrong. Nothing here belongs to a team: to the product, all of this is outside."""

from django.db import models
from django.utils import timezone

from apps.core.models import Timestamped


class Account(Timestamped):
    """Somebody or something at a platform: a channel, a creator, a person, a page. `parent` is the person who may
    act for it. `facts` are the platform's own, such as "verified" or "upload_cap"."""

    platform = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    external_id = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    handle = models.CharField(max_length=100, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "external_id"], name="sandbox_account_once")
        ]

    def __str__(self) -> str:
        return self.name


class Grant(Timestamped):
    """What a person allowed an application. `offline` is Google's: a refresh token was asked for."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    client_id = models.CharField(max_length=100)
    scopes = models.JSONField(default=list)
    offline = models.BooleanField(default=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.account} to {self.client_id}"


class Code(Timestamped):
    """An authorization code, by its digest: good once, for ten minutes, for the address that it was sent to."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    redirect_uri = models.CharField(max_length=1000)
    challenge = models.CharField(max_length=128, blank=True)
    challenge_method = models.CharField(max_length=10, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"code of {self.grant}"


class TokenKind(models.TextChoices):
    ACCESS = "access", "Access"
    REFRESH = "refresh", "Refresh"


class Token(Timestamped):
    """A token, by its digest. `account` is whom it speaks for: a page's has the page, on its person's grant."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="tokens")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=10, choices=TokenKind.choices)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} token of {self.account}"

    @property
    def is_valid(self) -> bool:
        ended = self.expires_at is not None and self.expires_at <= timezone.now()
        return not ended and self.revoked_at is None and self.grant.revoked_at is None


class Upload(Timestamped):
    """Bytes on their way. `key` is the secret part of the address that they are sent to; `metadata` what was said of
    them at the start; `size` None while the sender has not said it. The file is `files.path(upload.file)`."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="uploads")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=100, unique=True)
    metadata = models.JSONField(default=dict)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    received = models.PositiveBigIntegerField(default=0)
    file = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account}"

    @property
    def is_open(self) -> bool:
        """Whether bytes are still taken."""
        return self.cancelled_at is None and self.completed_at is None and self.expires_at > timezone.now()


class Video(Timestamped):
    """What a platform has of one publication. `privacy` is the platform's own word, `failure` its own reason where it
    refused. `processed_at` None: its processing never ends. `published_at` is since when the public may see it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="videos")
    upload = models.OneToOneField(
        Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="video"
    )
    kind = models.CharField(max_length=20, default="video")
    external_id = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    privacy = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    file = models.CharField(max_length=60, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    duration_s = models.FloatField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    processed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=100, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["account", "-created_at"], name="sandbox_video_newest")]

    def __str__(self) -> str:
        return self.title or self.text[:60] or self.external_id

    @property
    def is_processed(self) -> bool:
        return not self.failure and self.processed_at is not None and self.processed_at <= timezone.now()

    @property
    def share_processed(self) -> float:
        """How far the platform is, 0 to 1."""
        if self.is_processed or self.failure:
            return 1.0
        if self.processed_at is None:
            return 0.0
        whole = (self.processed_at - self.created_at).total_seconds()
        gone = (timezone.now() - self.created_at).total_seconds()
        return max(0.0, min(gone / whole, 0.99)) if whole > 0 else 0.0

    @property
    def is_public(self) -> bool:
        """Whether anybody may see it now."""
        return (
            self.deleted_at is None
            and self.is_processed
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )


class Attachment(Timestamped):
    """A thumbnail or a caption track of a video."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="attachments")
    role = models.CharField(max_length=20)
    external_id = models.CharField(max_length=100, unique=True)
    language = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=150, blank=True)
    is_draft = models.BooleanField(default=False)
    file = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.role} of {self.video}"


class Comment(Timestamped):
    """A comment or, with a parent, a reply. `moderation` is the platform's own word, "" where it has none."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    external_id = models.CharField(max_length=100, unique=True)
    author_name = models.CharField(max_length=200)
    author_id = models.CharField(max_length=100)
    text = models.TextField()
    moderation = models.CharField(max_length=20, blank=True)
    hidden = models.BooleanField(default=False)
    likes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class Playlist(Timestamped):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="playlists")
    external_id = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=150)
    text = models.TextField(blank=True)
    privacy = models.CharField(max_length=20, default="public")

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.title


class PlaylistItem(Timestamped):
    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="items")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="playlist_items")
    external_id = models.CharField(max_length=100, unique=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "created_at", "id"]

    def __str__(self) -> str:
        return f"{self.video} in {self.playlist}"


class Spent(Timestamped):
    """How much of a quota was used in the window that began at `window_start`. `owner` is an application or an
    account."""

    platform = models.CharField(max_length=20)
    bucket = models.CharField(max_length=40)
    owner = models.CharField(max_length=100)
    window_start = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "bucket", "owner", "window_start"], name="sandbox_spent_once_a_window"
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.bucket}: {self.used}"


class FaultKind(models.TextChoices):
    """What can be made to go wrong, and two standing states of a platform."""

    RATE_LIMITED = "rate_limited", "Too many calls (429)"
    UNAVAILABLE = "unavailable", "A fault of the platform (5xx)"
    SLOW = "slow", "Slow answers"
    BROKEN_UPLOAD = "broken_upload", "Upload breaks off"
    ANSWER_LOST = "answer_lost", "Done, but the answer is lost"
    TOKEN_EXPIRED = "token_expired", "Access token expires"
    TOKEN_REVOKED = "token_revoked", "Person takes the grant back"
    QUOTA_GONE = "quota_gone", "Quota used up"
    STUCK = "stuck", "Processing never ends"
    REJECTED = "rejected", "Rejected after the upload"
    UNAUDITED = "unaudited", "Application not audited: private posts only"
    LIMITS_LIFTED = "limits_lifted", "No limits on calls"


class Fault(Timestamped):
    """Something to go wrong at a platform, for all accounts or one, for all operations or one, `remaining` times or
    (None) until it is switched off. `amount` is seconds, a status or a byte, as its kind means it; `reason` the
    platform's own word, or "503" for an upload that breaks off with an answer."""

    platform = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=FaultKind.choices)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="faults"
    )
    operation = models.CharField(max_length=60, blank=True)
    amount = models.PositiveBigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    remaining = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.platform}"


class LoggedCall(Timestamped):
    """One call to a stand-in: what was asked and how it was answered, without any token and without its query."""

    platform = models.CharField(max_length=20)
    operation = models.CharField(max_length=60)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    fault = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=80, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["platform", "-created_at"], name="sandbox_call_newest")]

    def __str__(self) -> str:
        return f"{self.operation} {self.status}"
