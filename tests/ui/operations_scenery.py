"""What operators see: an installation with some teams, people who left, a grant and a decision about a flag."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.flags.models import FlagState
from apps.flags.services import set_flag
from apps.grants.services import grant_premium
from apps.library.flags import UPLOADS
from apps.teams.models import Team
from apps.teams.roles import Role
from tests.factories import MembershipFactory, TeamFactory, UserFactory


def build_operations(team: Team) -> dict[str, Any]:
    operator = UserFactory(
        email="olga@example.com", display_name="Olga Ortiz", is_staff=True, is_superuser=True
    )
    other = TeamFactory(name="Harbour Stories", slug="harbour-stories")
    person = UserFactory(display_name="Ines Falk", email="ines@example.com")
    MembershipFactory(team=other, user=person, role=Role.OWNER)
    UserFactory(display_name="Robo Caller", email="robo@example.com", is_active=False)
    User.objects.filter(pk=person.pk).update(created_at=timezone.now() - timedelta(days=4))
    ends_at = timezone.now() + timedelta(days=60)
    grant_premium(team=other, reason="They try the new templates for us", ends_at=ends_at, actor=operator)
    set_flag(UPLOADS, state=FlagState.SOME, teams=[team.pk], share=25, actor=operator)
    return {"operator": operator, "person": person.pk, "granted_team": other.pk, "team_id": team.pk}
