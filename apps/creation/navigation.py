"""Where making videos stands in the studio."""

from typing import Any

from django.urls import reverse

from apps.core.home import (
    HomePanel,
    OnboardingStep,
    QuickAction,
    register_action,
    register_panel,
    register_step,
)
from apps.core.navigation import NavItem, register
from apps.core.search import Hit, register_search
from apps.creation.lists import RunFilter, RunRow, find_runs, unfinished_runs
from apps.creation.models import Run
from apps.teams.models import Team
from apps.teams.roles import Permission


def has_run(membership: Any) -> bool:
    return Run.objects.in_team(membership.team).exists()


def unfinished(membership: Any) -> list[RunRow] | None:
    """What goes on or needs a person; no part of the page while there is nothing."""
    return unfinished_runs(membership.team) or None


def find(team: Team, text: str, limit: int) -> list[Hit]:
    found = find_runs(team, RunFilter(text=text))[:limit]
    return [
        Hit(run.title, reverse("creation:run", args=[team.slug, run.pk]), "sparkles", "Run") for run in found
    ]


register(
    NavItem(
        "Make", "Create", "creation:create", "sparkles", Permission.CREATE_VIDEO, order=10,
        keywords="new video make generate text link topic article",
    ),
    NavItem(
        "Make", "Runs", "creation:runs", "layers", Permission.VIEW_STUDIO, order=20,
        keywords="in the making progress storyboard",
    ),
    NavItem(
        "Make", "Templates", "creation:templates", "template", Permission.VIEW_STUDIO, order=25,
        keywords="style captions palette structure",
    ),
)  # fmt: skip
register_action(
    QuickAction("Create a video", "creation:create", "sparkles", Permission.CREATE_VIDEO, order=10)
)
register_step(
    OnboardingStep(
        "Make your first video",
        "Paste a text; it takes a few minutes and costs nothing.",
        "creation:create",
        "Create",
        has_run,
        Permission.CREATE_VIDEO,
        order=10,
    )
)
register_panel(
    HomePanel(
        "runs", "creation/_runs_panel.html", unfinished, Permission.VIEW_STUDIO,
        events=("run-started", "run-changed", "run-finished", "run-failed", "run-cancelled"), order=10,
    )
)  # fmt: skip
register_search("run", Permission.VIEW_STUDIO, find)
