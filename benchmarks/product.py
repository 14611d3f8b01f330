"""Driving a running product without its pages: Django on the same database, runs started and waited for."""

import os
import time
from pathlib import Path
from typing import Any

ARTICLE = Path(__file__).resolve().parents[1] / "tests" / "data" / "article.txt"
LIMIT_S = 3600


def connect(folder: Path) -> None:
    """Let this process work on the data of the product that runs in `folder`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.embedded"
    from config.embedded.keys import ensure_keys
    from config.embedded.servers import ensure_running

    for name, value in ensure_keys(folder).items():
        os.environ[name] = value
    addresses = ensure_running(folder)
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = addresses.database_url, addresses.redis_url
    import django

    django.setup()


def start(text: str, *, spec: dict[str, dict[str, Any]], formats: list[str], slug: str = "viral-hook") -> Any:
    """Start a run of the demo team."""
    from apps.creation.models import SourceKind, Template
    from apps.creation.services.runs import Idea, Wishes, start_run
    from apps.teams.models import Team

    return start_run(
        team=Team.objects.get(slug="demo"),
        actor=None,
        template=Template.objects.get(team=None, slug=slug),
        idea=Idea(SourceKind.TEXT, text=text),
        wishes=Wishes(formats=formats, spec=spec),
    )


def wait(run: Any) -> float:
    """Wait for the run's end; seconds from its (last) start to its end, by the database's clock."""
    end = time.monotonic() + LIMIT_S
    while run.status == "running":
        if time.monotonic() > end:
            raise TimeoutError(f"the run did not end within {LIMIT_S} s")
        time.sleep(0.1)
        run.refresh_from_db()
    if run.status != "done":
        raise RuntimeError(f"the run ended as {run.status}: {run.error}")
    seconds: float = (run.finished_at - run.started_at).total_seconds()
    return seconds
