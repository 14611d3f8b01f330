"""What was guessed at lately, and what is locked for it (ACC-08)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Guesses(models.Model):
    """Failures at one account, network or second factor; `key` is a keyed hash of it.

    `failed_at` are those that count still, `locks` how often they were too many lately. Nothing of the row counts
    after `forget_at`.
    """

    key = models.CharField(primary_key=True, max_length=80)
    failed_at = ArrayField(models.DateTimeField(), default=list)
    locks = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    forget_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "guesses"

    def __str__(self) -> str:
        return self.key
