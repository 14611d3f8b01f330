"""What operators see: an installation with some teams, people who left, a grant and a decision about a flag."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import INSTALLATION, check
from apps.flags.models import FlagState
from apps.flags.services import set_flag
from apps.grants.services import grant_premium
from apps.jobs.agents import make_agent
from apps.jobs.models import Agent
from apps.library.flags import UPLOADS
from apps.notifications.models import Announcement
from apps.security.models import Advisory, AdvisoryCheck
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
    security()
    Announcement.objects.create(
        author=operator, title="Maintenance on Sunday at 6:00", body="About ten minutes.", told=41
    )
    check(INSTALLATION)
    return {
        "operator": operator,
        "person": person.pk,
        "granted_team": other.pk,
        "team_id": team.pk,
        "agent": agents(operator).pk,
    }


def agents(operator: User) -> Agent:
    """One that works, one that fell silent and one whose key was withdrawn."""
    working, _ = make_agent("render-1", actor=operator)
    silent, _ = make_agent("render-2", actor=operator)
    gone, _ = make_agent("old-laptop", actor=operator)
    now = timezone.now()
    heard = {"host": "10.0.0.7", "queues": ["media"], "slots": 2}
    Agent.objects.filter(pk=working.pk).update(**heard, load=0.62, heard_at=now)
    Agent.objects.filter(pk=silent.pk).update(**heard, load=0.1, heard_at=now - timedelta(hours=3))
    Agent.objects.filter(pk=gone.pk).update(revoked_at=now - timedelta(days=2))
    return gone


def security() -> None:
    """A look at the advisory database that found something."""
    AdvisoryCheck.objects.create(reached=True, packages=214, new=1)
    Advisory.objects.create(
        ecosystem="PyPI", package="jinja2", version="3.1.2", advisory="GHSA-h75v-3vvj-5mfj", fixed_in="3.1.4",
        summary="Jinja vulnerable to HTML attribute injection when passing user input as keys to xmlattr filter",
    )  # fmt: skip
