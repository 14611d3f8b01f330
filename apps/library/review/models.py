"""What is said of a video while it is reviewed, and the links by which guests see it."""

from datetime import datetime

from django.conf import settings
from django.db import models

from apps.core.models import TeamOwned


class ReviewLink(TeamOwned):
    """A link by which somebody without an account sees one video, until it ends or is taken back.

    Its address is signed and names this row; what it may show and do is read from here each time.
    """

    video = models.ForeignKey("library.Video", on_delete=models.CASCADE, related_name="review_links")
    name = models.CharField(max_length=80)
    may_comment = models.BooleanField(default=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class ReviewComment(TeamOwned):
    """A comment, pinned to `at_s` seconds where it is about a moment, or a reply to one (`parent`).

    A member wrote it (`author`), or a guest under a name through a link. `file_mark` is the checksum of the file that
    was looked at, so that a later version of it can be told from that one.
    """

    video = models.ForeignKey("library.Video", on_delete=models.CASCADE, related_name="review_comments")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    at_s = models.FloatField(null=True, blank=True)
    text = models.TextField(max_length=2000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    guest_name = models.CharField(max_length=60, blank=True)
    link = models.ForeignKey(
        ReviewLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments"
    )
    file_mark = models.CharField(max_length=64, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["video", "created_at"], name="library_review_comments")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def writer(self) -> str:
        """Whose words these are, for the team."""
        if self.author is not None:
            return str(self.author)
        return self.guest_name or "Somebody who has left"
