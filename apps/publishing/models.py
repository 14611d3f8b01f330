"""Posts, their targets, and the ledger of what was tried: `Post → Target → Attempt`."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.connections.models import Connection
from apps.core.fields import EncryptedTextField
from apps.core.ids import new_id
from apps.core.models import TeamOwned
from apps.library.models import Asset, Video, searchable


class PostStatus(models.TextChoices):
    """What a post is, taken together (PUB-03). All but the first three and CANCELLED follow from its targets."""

    DRAFT = "draft", "Draft"
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    SCHEDULED = "scheduled", "Scheduled"
    PUBLISHING = "publishing", "Publishing"
    PUBLISHED = "published", "Published"
    PARTLY_PUBLISHED = "partly_published", "Partly published"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class TargetStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    WAITING = (
        "waiting",
        "Waiting",
    )  # due, and held back: quota, repair, a platform that rests; `wait_reason` says which
    PUBLISHING = "publishing", "Publishing"
    PUBLISHED = "published", "Published"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    DELETED = "deleted", "Deleted there"


class PostKindChoice(models.TextChoices):
    VIDEO = "video", "Video"
    SHORT = "short", "Short"


def new_key() -> str:
    """What a platform keeps of a target, so that it can be asked for it: at most 64 of [a-z0-9-]."""
    return f"sr-{new_id().hex}"


class Post(TeamOwned):
    """One thing to say on several channels: a video (a rendition of each target's choice), words, and a time.

    `due_at` is the moment, aware; `zone` the IANA zone in which the person chose it, so that a move over a change of
    daylight saving keeps the time on the clock. `slot_ref` names the queue slot it took, if any. `recurring_ref` names
    the evergreen series it comes from.
    """

    video = models.ForeignKey(Video, null=True, blank=True, on_delete=models.SET_NULL, related_name="posts")
    kind = models.CharField(max_length=10, choices=PostKindChoice.choices, default=PostKindChoice.VIDEO)
    status = models.CharField(max_length=20, choices=PostStatus.choices, default=PostStatus.DRAFT)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=10_000, blank=True)
    tags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    first_comment = models.TextField(max_length=10_000, blank=True)
    privacy = models.CharField(
        max_length=10,
        default="public",
        choices=[("public", "Public"), ("unlisted", "Unlisted"), ("private", "Private")],
    )
    made_for_kids = models.BooleanField(default=False)
    ai_made = models.BooleanField(default=False)
    paid_promotion = models.BooleanField(default=False)
    thumbnail = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(max_length=60, default="UTC")
    slot_ref = models.UUIDField(null=True, blank=True)
    recurring_ref = models.UUIDField(null=True, blank=True, db_index=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    search_text = models.TextField(editable=False, default="")

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["team", "due_at"], name="publishing_post_calendar"),
            models.Index(fields=["team", "status", "-created_at"], name="publishing_post_status"),
            models.Index(fields=["team", "-created_at", "-id"], name="publishing_post_newest"),
            models.Index(
                fields=["due_at"],
                condition=models.Q(status="scheduled", reminded_at=None),
                name="publishing_post_reminder",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:60] or "Untitled post"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the searched text in step with what it is made of."""
        self.search_text = searchable(self.title, self.text, *self.tags, *self.hashtags)
        fields = kwargs.get("update_fields")
        if fields is not None and {"title", "text", "tags", "hashtags"} & set(fields):
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)


class Target(TeamOwned):
    """The post on one connection. `asset` is the file that was chosen, `repaired` what was made of it for this
    platform, `repair_key` by which change of which bytes (`mending.key_of`). `overrides` holds what differs here from
    the post, by the names of its fields, and the platform's own switches under "options". `due_at` is when this one
    goes out: the post's, or later where something moved it (`moved_reason` says why), and while it waits, when it is
    looked at again. `claimed_until` is how long the worker that has it may be silent. `held_since` is since when it
    waits for what it cannot mend itself: a person who reconnects, a platform that rests, a file that is made.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="targets")
    connection = models.ForeignKey(
        Connection, on_delete=models.RESTRICT, related_name="targets"
    )  # goes only with the whole team
    status = models.CharField(max_length=20, choices=TargetStatus.choices, default=TargetStatus.DRAFT)
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    repaired = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    repair_key = models.CharField(max_length=64, blank=True)
    overrides = models.JSONField(default=dict, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    moved_reason = models.CharField(max_length=300, blank=True)
    wait_reason = models.CharField(max_length=300, blank=True)
    idempotency_key = models.CharField(max_length=64, unique=True, default=new_key)
    progress = EncryptedTextField(blank=True)  # adapters.Progress as JSON; its session is a secret
    stage = models.CharField(max_length=20, blank=True)
    share = models.FloatField(default=0.0)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    held_since = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    link = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    views = models.PositiveBigIntegerField(null=True, blank=True)  # as the platform counted them last
    views_at = models.DateTimeField(null=True, blank=True)
    privacy_at = models.DateTimeField(null=True, blank=True)  # when who may see it changes, to `privacy_then`
    privacy_then = models.CharField(max_length=40, blank=True)
    privacy_zone = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["post", "connection"], name="publishing_target_once_a_post")
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(status__in=["scheduled", "waiting"]),
                name="publishing_target_due",
            ),
            models.Index(
                fields=["claimed_until"],
                condition=models.Q(status="publishing"),
                name="publishing_target_stuck",
            ),
            models.Index(fields=["connection", "-published_at"], name="publishing_target_results"),
            models.Index(fields=["team", "due_at"], name="publishing_target_calendar"),
            models.Index(
                fields=["repair_key"], condition=~models.Q(repair_key=""), name="publishing_target_mended"
            ),
            models.Index(
                fields=["privacy_at"],
                condition=models.Q(privacy_at__isnull=False),
                name="publishing_target_visibility",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} on {self.connection}"


class AttemptOutcome(models.TextChoices):
    GOING = "going", "Going on"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Refused"
    RETRY = "retry", "Tried again later"
    UNKNOWN = "unknown", "Outcome unknown"


class Attempt(TeamOwned):
    """One try at a target, written before its first call. `in_doubt` names the irreversible call that was sent and
    whose answer is not saved yet: as long as it stands, nothing is sent before the platform was asked."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=AttemptOutcome.choices, default=AttemptOutcome.GOING)
    in_doubt = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=20, blank=True)
    bytes_sent = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    error_code = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["target", "number"], name="publishing_attempt_once_a_number")
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number} of {self.target_id}"


class QueueSlot(TeamOwned):
    """A time of the week, on the clock of the team's zone, at which something may go out. With a connection it is of
    that channel alone; a channel with times of its own uses no others."""

    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    at = models.TimeField()
    connection = models.ForeignKey(
        Connection, null=True, blank=True, on_delete=models.CASCADE, related_name="slots"
    )

    class Meta:
        ordering = ["weekday", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "weekday", "at", "connection"],
                name="publishing_slot_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="publishing_slot_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.at:%H:%M}"


class Series(TeamOwned):
    """An evergreen post that goes out again and again. `pattern` says what and where; each time a copy of it is made,
    with the next of `titles` and `texts` in the place of its own. It falls on every `every_days`th day from `starts_on`
    on, at `at` on the clock of `zone`. `next_at` is the next time, None once it has ended; `last_at` the last one that
    has a post, `made` how many have. `pause_reason` is a sentence where the product itself paused it.
    """

    name = models.CharField(max_length=200)
    pattern = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="series")
    titles = models.JSONField(default=list, blank=True)
    texts = models.JSONField(default=list, blank=True)
    every_days = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    at = models.TimeField()
    zone = models.CharField(max_length=60)
    pool = models.ForeignKey(
        "HashtagPool", null=True, blank=True, on_delete=models.SET_NULL, related_name="series"
    )
    made = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(paused_at=None), name="publishing_series_next"
            ),
            models.Index(fields=["team", "name", "id"], name="publishing_series_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class HashtagPool(TeamOwned):
    """Hashtags of one niche, without their sign, from which posts take some."""

    name = models.CharField(max_length=80)
    tags = ArrayField(models.CharField(max_length=100), default=list)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="publishing_pool_once")]

    def __str__(self) -> str:
        return self.name


class AffiliateLink(TeamOwned):
    """A short address that sends visitors on to a shop. `disclosure` is the sentence that every post with it gets."""

    name = models.CharField(max_length=120)
    code = models.CharField(max_length=16, unique=True)
    url = models.URLField(max_length=2000)
    disclosure = models.CharField(max_length=300)
    is_off = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["team", "-created_at", "-id"], name="publishing_link_newest")]

    def __str__(self) -> str:
        return self.name


class LinkClicks(TeamOwned):
    """How often people followed a link on one day of the team's clock: a number, and nothing about them."""

    link = models.ForeignKey(AffiliateLink, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["link", "day"], name="publishing_clicks_once_a_day")]

    def __str__(self) -> str:
        return f"{self.link_id} {self.day}: {self.clicks}"


class PlanImport(TeamOwned):
    """A posting plan from a file, looked through before anything is made of it. `rows` are the good ones, `faults` what
    is wrong with the others; `posts` are the ids of what was made, by the number of the row, and `refused` the
    sentences of rows that could not be made after all."""

    name = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    posts = models.JSONField(default=dict)
    refused = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name
