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
            ("Providers", "providers", "plug"),
        ),
    ),
    ("Control", (("Flags and settings", "switches", "sliders"),)),
)
PART_OF = {
    "person": "people",
    "disable": "people",
    "team": "teams",
    "grant": "teams",
    "failed_job": "failed",
    "flag": "switches",
}


def operate_groups(request: HttpRequest) -> dict[str, list[Group]]:
    """For the templates of the operators' pages; nothing elsewhere."""
    match = request.resolver_match
    if match is None or match.namespace != "operate":
        return {}
    here = PART_OF.get(match.url_name or "", match.url_name)
    groups = [
        Group(
            name,
            tuple(
                Link(label, reverse(f"operate:{page}"), icon, "", page == here) for label, page, icon in pages
            ),
        )
        for name, pages in PAGES
    ]
    rows = Link("All rows", reverse("admin:index"), "rows", "", current=False)
    return {"operate_groups": [*groups[:-1], Group(groups[-1].name, (*groups[-1].links, rows))]}
