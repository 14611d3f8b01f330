"""A team's keys, its order of preference, and the ledger of what calls cost."""

from django.db import models

from apps.core.fields import EncryptedTextField
from apps.core.models import TeamOwned
from apps.providers.capabilities import Capability
from apps.providers.registry import PROVIDERS, Provider

CAPABILITIES = [(capability.value, capability.value.capitalize()) for capability in Capability]


class ProviderKey(TeamOwned):
    """A team's key for one provider. The secret is encrypted at rest; `hint` is its last four characters.

    `resting_until` is set when the provider asked to wait; `broken` when it refused the key.
    """

    provider = models.CharField(max_length=40)
    label = models.CharField(max_length=80, blank=True)
    secret = EncryptedTextField(blank=True)
    hint = models.CharField(max_length=4, blank=True)
    base_address = models.URLField(max_length=300, blank=True)
    options = models.JSONField(default=dict, blank=True)
    enabled = models.BooleanField(default=True)
    broken = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True)
    check_result = models.CharField(max_length=200, blank=True)
    last_used_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True)
    resting_until = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "provider"], condition=models.Q(deleted_at=None), name="one_key_a_provider"
            )
        ]
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.label or self.about.name

    @property
    def about(self) -> Provider:
        return PROVIDERS[self.provider]


class Preference(TeamOwned):
    """Which providers a team wants for a capability, the first one first. Without a row the registry's
    order holds."""

    capability = models.CharField(max_length=20, choices=CAPABILITIES)
    providers = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "capability"], name="one_order_a_capability")]

    def __str__(self) -> str:
        return f"{self.capability}: {', '.join(self.providers)}"


class CostEntry(TeamOwned):
    """One call to a provider that costs money or counts against a limit: estimate and actual (EXP-03)."""

    provider = models.CharField(max_length=40)
    capability = models.CharField(max_length=20, choices=CAPABILITIES)
    estimate = models.DecimalField(max_digits=12, decimal_places=6)
    actual = models.DecimalField(max_digits=12, decimal_places=6)
    currency = models.CharField(max_length=3, default="USD")
    units = models.CharField(max_length=80, blank=True)
    seconds = models.FloatField(default=0)
    run_ref = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["team", "-created_at"]),
            models.Index(fields=["team", "run_ref"]),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.provider} {self.capability} {self.actual} {self.currency}"
