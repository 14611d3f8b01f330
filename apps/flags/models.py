"""What operators decided. What is not decided follows the default of the code."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models

from apps.core.models import TeamQuerySet, Timestamped


class FlagState(models.TextChoices):
    DEFAULT = "default", "As shipped"
    ON = "on", "On for everybody"
    OFF = "off", "Off for everybody"
    SOME = "some", "On for some teams"


class FlagRule(Timestamped):
    """For whom a flag is on. `teams` are ids of teams that have it whatever the share says; `share` is in percent."""

    name = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=10, choices=FlagState.choices, default=FlagState.DEFAULT)
    teams = ArrayField(models.UUIDField(), default=list, blank=True)
    share = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(share__lte=100), name="flags_share_in_percent")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"


class SettingValue(Timestamped):
    """A number for the whole installation, or for one team."""

    name = models.CharField(max_length=80)
    team = models.ForeignKey("teams.Team", null=True, on_delete=models.CASCADE, related_name="+")
    value = models.BigIntegerField()

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "team"], nulls_distinct=False, name="flags_one_value_a_team"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"
