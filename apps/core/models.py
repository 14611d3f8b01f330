"""The bases of every table: time-stamped rows, and rows that belong to one team."""

from typing import Any, Self

from django.db import models

from .ids import new_id


class Timestamped(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class TeamQuerySet(models.QuerySet[Any]):
    def in_team(self, team: models.Model) -> Self:
        """Only the rows of this team. Every studio query starts here or from an owned object."""
        return self.filter(team=team)


class TeamOwned(Timestamped):
    """A row that belongs to exactly one team and is never shown to another."""

    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="+")

    objects = TeamQuerySet.as_manager()

    class Meta:
        abstract = True


class DataKey(models.Model):
    """A key that encrypts stored secrets, itself wrapped by the master key named here. The newest one encrypts.

    Old ones are kept: backups were made with them. `label` is what the wrapping is bound to.
    """

    label = models.CharField(max_length=16, unique=True, editable=False)
    wrapped = models.BinaryField(editable=False)
    master = models.CharField(max_length=300, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"data key {self.pk}"
