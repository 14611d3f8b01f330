"""The side bar of the operators' pages."""

from django.http import HttpRequest
from django.urls import reverse

from apps.core.navigation import Group, Link

PAGES = (
    ("", (("Overview", "overview", "grid"), ("Usage", "usage", "chart"), ("Content", "content", "film"))),
    ("People", (("People", "people", "users"), ("Teams", "teams", "team"), ("Grants", "grants", "tag"))),
    (
        "Machinery",
        (
            ("Queues and workers", "queues", "jobs"),
            ("Failed jobs", "failed", "alert"),
            ("Agents", "operate_jobs:agents", "monitor"),
            ("Limits", "operate_jobs:caps", "filter"),
            ("Providers", "providers", "plug"),
        ),
    ),
    (
        "Control",
        (
            ("Flags and settings", "switches", "sliders"),
            ("Keys and vulnerabilities", "security:overview", "key"),
            ("Announcements", "announcements", "bell"),
            ("Audit", "operate_audit:list", "shield"),
        ),
    ),
)
PART_OF = {
    "person": "people",
    "disable": "people",
    "team": "teams",
    "grant": "teams",
    "failed_job": "failed",
    "flag": "switches",
    "operate_jobs:make_agent": "operate_jobs:agents",
    "operate_jobs:renew_key": "operate_jobs:agents",
    "operate_jobs:set_cap": "operate_jobs:caps",
    "operate_audit:chains": "operate_audit:list",
    "operate_audit:record": "operate_audit:list",
}


def operate_groups(request: HttpRequest) -> dict[str, list[Group]]:
    """For the templates of the operators' pages; nothing elsewhere."""
    match = request.resolver_match
    if match is None or not request.path.startswith("/operate/"):
        return {}
    here = match.view_name.removeprefix("operate:")
    here = PART_OF.get(here, here)
    groups = [
        Group(
            name,
            tuple(
                Link(
                    label,
                    _address(page),
                    icon,
                    "",
                    page == here,
                )
                for label, page, icon in pages
            ),
        )
        for name, pages in PAGES
    ]
    rows = Link("All rows", reverse("admin:index"), "rows", "", current=False)
    return {"operate_groups": [*groups[:-1], Group(groups[-1].name, (*groups[-1].links, rows))]}


def _address(page: str) -> str:
    """Pages of other apps are named whole, the operators' own by their last part."""
    whole = ":" in page or page == "announcements"
    return reverse(page if whole else f"operate:{page}")
