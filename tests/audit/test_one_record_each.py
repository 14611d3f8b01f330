"""Whatever people do to a team in whatever order: what was done leaves exactly one record, what was refused none."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.audit.services import verify
from apps.teams import services
from apps.teams.errors import TeamError
from apps.teams.models import Invitation, Membership, Team
from apps.teams.roles import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PEOPLE = 4
STEPS = st.tuples(
    st.sampled_from(["rename", "role", "remove", "transfer", "invite", "resend", "revoke", "accept"]),
    st.integers(0, PEOPLE - 1),  # who does it
    st.integers(0, PEOPLE - 1),  # to whom
    st.sampled_from(list(Role)),
)


@dataclass
class World:
    team: Team
    people: list[User] = field(default_factory=list)

    def membership(self, user: User) -> Membership | None:
        return Membership.objects.filter(team=self.team, user=user).select_related("user").first()

    def invitation(self, user: User) -> Invitation | None:
        return Invitation.objects.filter(team=self.team, email=user.email).order_by("-sent_at").first()

    def act(self, kind: str, actor: User, whom: User, role: Role) -> tuple[str, str] | None:
        """Do it; returns the action and the name of its object, or None where nothing was there to do it to."""
        team, member, invitation = self.team, self.membership(whom), self.invitation(whom)
        if kind == "rename":
            team.refresh_from_db()
            name = f"Show of {whom}"
            changes = team.name != name
            services.rename_team(team=team, name=name, actor=actor)
            return ("team.rename", name) if changes else None
        if kind == "invite":
            services.invite(team=team, email=whom.email, role=role, actor=actor, link_to=str)
            return "team.invite", whom.email
        if kind in ("resend", "revoke", "accept"):
            return self._to_invitation(kind, actor, invitation) if invitation else None
        return self._to_member(kind, actor, member, role) if member else None

    def _to_invitation(self, kind: str, actor: User, invitation: Invitation) -> tuple[str, str] | None:
        if kind == "accept":
            was_in = self.membership(actor) is not None
            services.accept_invitation(invitation=invitation, user=actor)
            return None if was_in else ("team.member_add", str(actor))
        if kind == "resend":
            services.resend_invitation(invitation=invitation, actor=actor, link_to=str)
        else:
            services.revoke_invitation(invitation=invitation, actor=actor)
        return f"team.invite_{kind}", invitation.email

    def _to_member(self, kind: str, actor: User, member: Membership, role: Role) -> tuple[str, str] | None:
        whom = str(member.user)
        if kind == "remove":
            services.remove_member(membership=member, actor=actor)
            return ("team.member_leave" if member.user == actor else "team.member_remove"), whom
        if kind == "transfer":
            self.team.refresh_from_db()
            services.transfer_team(team=self.team, to=member, actor=actor, typed_name=self.team.name)
            return "team.transfer", whom
        changes = member.role != role
        services.change_role(membership=member, role=role, actor=actor)
        return ("team.role_change", whom) if changes else None


def refused(act: Callable[[], tuple[str, str] | None]) -> tuple[str, str] | None:
    try:
        return act()
    except TeamError:
        return None


@pytest.mark.spec("P-A03", "AUD-01")
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=8))
def test_each_sensitive_action_leaves_exactly_one_record(steps: list[tuple[str, int, int, Role]]) -> None:
    people = UserFactory.create_batch(PEOPLE)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True) for user in people
    )
    world = World(services.create_team(name="Show", owner=people[0]), people)
    services.add_member(team=world.team, user=people[1], role=Role.ADMIN, actor=people[0])
    for kind, who, whom, role in steps:
        before = AuditRecord.objects.filter(team=world.team).count()
        began = datetime.now(UTC)
        done = refused(lambda: world.act(kind, people[who], people[whom], role))  # noqa: B023 – called at once
        found = AuditRecord.objects.filter(team=world.team, number__gt=before)
        expected = [(*done, people[who].pk)] if done else []
        assert [(line.action, line.target_name, line.actor_id) for line in found] == expected
        assert all(began <= line.at <= datetime.now(UTC) for line in found)
    assert verify(str(world.team.pk)) is None
