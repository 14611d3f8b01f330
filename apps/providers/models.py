"""A team's keys, the order it wants its providers in, and what each outside call cost."""

from decimal import Decimal

from django.db import models
from django.utils import timezone

from apps.core.fields import EncryptedTextField
from apps.core.models import TeamOwned, TeamQuerySet
from apps.providers.capabilities import Capability

BUILTIN = "builtin"

CAPABILITIES = [(capability.value, capability.value.capitalize()) for capability in Capability]


class KeyQuerySet(TeamQuerySet):
    def kept(self) -> "KeyQuerySet":
        """Keys that were not deleted."""
        return self.filter(deleted_at=None)

    def usable(self) -> "KeyQuerySet":
        """Keys that may be called now: switched on, not broken, not asked to wait."""
        resting = models.Q(resting_until__gt=timezone.now())
        return self.kept().filter(enabled=True, broken=False).exclude(resting)


class ProviderKey(TeamOwned):
    """A credential for one provider, encrypted. `hint` is all that is ever shown of it.

    `broken` is set when the provider refuses the key and cleared when a check succeeds; until
    `resting_until` the provider asked not to be called. A deleted key can be brought back until it is
    purged.
    """

    provider = models.CharField(max_length=40)
    label = models.CharField(max_length=80, blank=True)
    secret = EncryptedTextField(blank=True)
    hint = models.CharField(max_length=8, blank=True)
    base_address = models.CharField(max_length=300, blank=True)
    options = models.JSONField(default=dict, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    check_result = models.CharField(max_length=300, blank=True)
    enabled = models.BooleanField(default=True)
    broken = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    resting_until = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["team", "deleted_at"])]

    def __str__(self) -> str:
        return self.label or self.provider

    @property
    def secret_is_kept(self) -> bool:
        """Whether there is a secret. It is not opened for that."""
        field: EncryptedTextField = self._meta.get_field("secret")  # type: ignore[assignment]
        return field.is_kept(self)

    @property
    def masked(self) -> str:
        """The key as it may be shown: "••••3f9a"."""
        return f"••••{self.hint}" if self.secret_is_kept else ""

    @property
    def is_resting(self) -> bool:
        """Whether the provider asked us to wait, and the wait is not over."""
        return self.resting_until is not None and self.resting_until > timezone.now()

    @property
    def state(self) -> str:
        """ "off", "broken", "resting" or "ready"."""
        if not self.enabled:
            return "off"
        if self.broken:
            return "broken"
        return "resting" if self.is_resting else "ready"


class Preference(TeamOwned):
    """The order in which a team wants its providers tried for one capability: ids of keys, and "builtin"."""

    capability = models.CharField(max_length=20, choices=CAPABILITIES)
    order = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "capability"], name="one_order_a_capability")]

    def __str__(self) -> str:
        return f"{self.capability} of {self.team_id}"


class CostEntry(TeamOwned):
    """One call to an outside provider: what it was thought to cost, and what it did cost (EXP-03).

    Amounts are in `currency` with six decimals; `units` is what they were counted from, such as tokens or
    characters. `run_ref` is the run that it was for, `video_ref` the run's video once there is one.
    """

    at = models.DateTimeField(default=timezone.now)
    provider = models.CharField(max_length=40)
    key = models.ForeignKey(
        ProviderKey, null=True, blank=True, on_delete=models.SET_NULL, related_name="costs"
    )
    capability = models.CharField(max_length=20, choices=CAPABILITIES)
    model = models.CharField(max_length=120, blank=True)
    estimate = models.DecimalField(max_digits=12, decimal_places=6, default=Decimal(0))
    actual = models.DecimalField(max_digits=12, decimal_places=6, default=Decimal(0))
    currency = models.CharField(max_length=3, default="USD")
    units = models.JSONField(default=dict, blank=True)
    seconds = models.FloatField(default=0.0)
    succeeded = models.BooleanField(default=True)
    run_ref = models.UUIDField(null=True, blank=True)
    video_ref = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["team", "-at"]), models.Index(fields=["team", "run_ref"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.capability} {self.actual} {self.currency}"


def hint_of(secret: str) -> str:
    """The last four characters, or fewer of a short secret, so that never more than a quarter is shown."""
    return secret[-min(4, len(secret) // 4) :] if len(secret) >= 4 else ""
