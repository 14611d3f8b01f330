"""Where background work is seen."""

from typing import Any

from django.urls import reverse

from apps.core.home import Attention, HomePanel, register_attention, register_panel
from apps.core.navigation import NavItem, register
from apps.core.search import Hit, register_search
from apps.jobs import queries
from apps.jobs.models import Job
from apps.teams.models import Team
from apps.teams.roles import Permission


def failed_jobs(membership: Any) -> list[Attention]:
    count = queries.dead_count(membership.team)
    if not count:
        return []
    title = "One job failed for good" if count == 1 else f"{count} jobs failed for good"
    url = reverse("jobs:failed", args=[membership.team.slug])
    return [Attention(title, "Read why, mend the cause, and put it back on its queue.", url, "See", "live")]


def work_now(membership: Any) -> list[Job] | None:
    """What runs; nothing to show while the team's workers rest."""
    return queries.going_on(membership.team) or None


def find_jobs(team: Team, text: str, limit: int) -> list[Hit]:
    found = queries.jobs(team, text=text)[:limit]
    return [Hit(job.title, reverse("jobs:job", args=[team.slug, job.pk]), "jobs", "Job") for job in found]


register(
    NavItem(
        "Run",
        "Jobs",
        "jobs:list",
        "jobs",
        Permission.VIEW_STUDIO,
        order=60,
        keywords="background queue failed",
    )
)
register_attention(failed_jobs)
register_panel(
    HomePanel(
        "work", "jobs/_work_panel.html", work_now, Permission.VIEW_STUDIO,
        events=("job-changed", "job-progress"), place="side", order=20,
    )
)  # fmt: skip
register_search("job", Permission.VIEW_STUDIO, find_jobs)
