"""Teams, and who belongs to them."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from apps.core.models import TeamOwned, Timestamped
from apps.teams.roles import PERMISSIONS, Permission, Role


class Team(Timestamped):
    """A tenant: everything that a team makes belongs to it and is seen by nobody else."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(
        max_length=50,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", "Use small letters, digits and hyphens.")],
    )
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(TeamOwned):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="one_membership_a_person")]
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} as {self.get_role_display()}"

    @property
    def permissions(self) -> frozenset[Permission]:
        return PERMISSIONS[Role(self.role)]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions
