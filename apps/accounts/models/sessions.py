"""Where people are signed in (ACC-07). The key of a session is kept as a hash: the table opens no session."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from apps.accounts.user_agents import device_name


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> "SessionQuerySet":
        """Neither run out nor left alone for SESSION_IDLE_S, and signed in at most SESSION_LONGEST_S ago."""
        now = timezone.now()
        signed_in = models.Q(signed_in_at__gt=now - timedelta(seconds=settings.SESSION_LONGEST_S))
        return self.filter(
            models.Q(signed_in_at=None) | signed_in,
            expire_date__gt=now,
            seen_at__gt=now - timedelta(seconds=settings.SESSION_IDLE_S),
        )


class Session(AbstractBaseSession):
    """One browser that is signed in, or on its way to be."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = SessionQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"])]

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        from apps.accounts.session_store import SessionStore as Ours

        return Ours

    @property
    def is_live(self) -> bool:
        """As `live` of the queryset: every request asks it of one row, and a longer query would cost each of them."""
        now = timezone.now()
        signed_in = self.signed_in_at or now
        return (
            self.expire_date > now
            and self.seen_at > now - timedelta(seconds=settings.SESSION_IDLE_S)
            and signed_in > now - timedelta(seconds=settings.SESSION_LONGEST_S)
        )

    @property
    def device(self) -> str:
        """For people: "Firefox on Windows"."""
        return device_name(self.user_agent)


class KnownBrowser(models.Model):
    """A browser that has signed in before, known by the hash of a cookie: any other is a new device."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="known_browser_once")]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at}"
