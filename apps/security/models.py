"""Known vulnerabilities of what the product is built from, and who agreed to what."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core.models import Timestamped


class AdvisoryCheck(models.Model):
    """One look at the advisory database. Where `reached` is False nothing is known, and `problem` says why."""

    at = models.DateTimeField(default=timezone.now)
    reached = models.BooleanField()
    packages = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["-at"])]

    def __str__(self) -> str:
        return f"advisories of {self.packages} packages" if self.reached else "advisories could not be read"


class Advisory(Timestamped):
    """A vulnerability of a locked version. `gone_at` is when a check no longer found it."""

    ecosystem = models.CharField(max_length=20)
    package = models.CharField(max_length=200)
    version = models.CharField(max_length=100)
    advisory = models.CharField(max_length=80)
    aliases = models.JSONField(default=list)
    summary = models.CharField(max_length=500, blank=True)
    severity = models.CharField(max_length=120, blank=True)
    fixed_in = models.CharField(max_length=200, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["ecosystem", "package", "version", "advisory"], name="one_row_an_advisory_and_version"
            )
        ]
        verbose_name_plural = "advisories"

    def __str__(self) -> str:
        return f"{self.advisory}: {self.package} {self.version}"

    @property
    def url(self) -> str:
        return f"https://osv.dev/vulnerability/{self.advisory}"


class Consent(Timestamped):
    """That a person agreed to a version of the privacy notice, when, and from where."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents")
    notice = models.CharField(max_length=40)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["person", "notice"], name="one_consent_a_notice")]

    def __str__(self) -> str:
        return f"{self.person_id} agreed to the notice of {self.notice}"
