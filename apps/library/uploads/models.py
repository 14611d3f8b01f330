"""A video file on its way in."""

from django.conf import settings
from django.db import models

from apps.core.models import TeamOwned


class UploadStatus(models.TextChoices):
    RECEIVING = "receiving", "Being sent"
    CHECKING = "checking", "Being checked"
    ACCEPTED = "accepted", "Accepted"
    KNOWN = "known", "Here already"
    REFUSED = "refused", "Refused"


ENDED = (UploadStatus.ACCEPTED, UploadStatus.KNOWN, UploadStatus.REFUSED)


class Upload(TeamOwned):
    """A file that comes in pieces (LIB-02). `received_bytes` is the truth of what is kept of it.

    `words_json` is what its video is to say, `space_json` what the place of its bytes has to remember (the parts of a
    bucket's multipart upload), `video` what became of it, or the one that holds the same file already.
    """

    name = models.CharField(max_length=255)
    size_bytes = models.PositiveBigIntegerField()
    received_bytes = models.PositiveBigIntegerField(default=0)
    status = models.CharField(max_length=10, choices=UploadStatus.choices, default=UploadStatus.RECEIVING)
    error = models.TextField(blank=True)
    provenance_json = models.JSONField()
    words_json = models.JSONField(default=dict, blank=True)
    space_json = models.JSONField(default=dict)
    video = models.ForeignKey(
        "library.Video", null=True, blank=True, on_delete=models.SET_NULL, related_name="uploads"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["team", "-created_at", "-id"], name="library_upload_newest"),
            models.Index(fields=["expires_at"], name="library_upload_expiry"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        return self.received_bytes == self.size_bytes

    @property
    def share(self) -> float:
        """How much of it is here, 0 to 1."""
        return self.received_bytes / self.size_bytes if self.size_bytes else 0.0

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED
