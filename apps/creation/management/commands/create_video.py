"""Make a video from the command line."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.errors import UserError
from apps.creation.models import Run, RunStatus, SourceKind, Template
from apps.creation.services.runs import Idea, Wishes, start_run
from apps.library.models import AssetKind
from apps.teams.models import Team

POLL_S = 1.0


class Command(BaseCommand):
    help = "Makes a video from a text, a link or a topic; with --wait prints the files that it made."

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--text-file", type=Path, help="a UTF-8 text; - reads standard input")
        source.add_argument("--url", help="a link to an article")
        source.add_argument("--topic", help="a few words")
        parser.add_argument("--template", default="viral-hook", help="the template's short name")
        parser.add_argument("--formats", default="", help="such as 9x16,16x9,1x1; empty: the template's own")
        parser.add_argument("--language", default="", help="such as en; empty: found from the text")
        parser.add_argument("--team", default="", help="the team's short name; empty: the only team")
        parser.add_argument("--wait", action="store_true", help="wait for the end; workers must be running")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            team = self._team(options["team"])
            run = start_run(
                team=team,
                actor=None,
                template=self._template(team, options["template"]),
                idea=self._idea(options),
                wishes=Wishes(formats=[name for name in options["formats"].split(",") if name]),
            )
        except UserError as error:
            raise CommandError(error.message) from error
        if not options["wait"]:
            self.stdout.write(f"run {run.pk}")
            return
        self._wait(run)

    def _team(self, slug: str) -> Team:
        teams = Team.objects.filter(slug=slug) if slug else Team.objects.all()
        found = list(teams[:2])
        if len(found) != 1:
            known = ", ".join(Team.objects.values_list("slug", flat=True)[:20]) or "none"
            raise CommandError(f"Name a team with --team. Known ones: {known}.")
        return found[0]

    def _template(self, team: Team, slug: str) -> Template:
        template = Template.objects.usable_by(team).filter(slug=slug).first()
        if template is None:
            known = ", ".join(Template.objects.usable_by(team).values_list("slug", flat=True))
            raise CommandError(f"There is no template {slug}. Known ones: {known}.")
        return template

    def _idea(self, options: dict[str, Any]) -> Idea:
        language = options["language"]
        if options["url"]:
            return Idea(SourceKind.URL, url=options["url"], language=language)
        if options["topic"]:
            return Idea(SourceKind.TOPIC, topic=options["topic"], language=language)
        path = options["text_file"]
        try:
            text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} can't be read as UTF-8 text: {error}") from error
        return Idea(SourceKind.TEXT, text=text, language=language)

    def _wait(self, run: Run) -> None:
        shown = ""
        while run.is_running:
            done = run.steps.exclude(result=None).count()
            line = f"{done} of {run.steps.count()} steps"
            if line != shown:
                self.stderr.write(line)
                shown = line
            time.sleep(POLL_S)
            run.refresh_from_db()
        if run.status != RunStatus.DONE or run.video is None:
            raise CommandError(run.error or f"The run ended as {run.get_status_display().lower()}.")
        kinds = (AssetKind.RENDITION, AssetKind.CAPTION, AssetKind.THUMBNAIL)
        for asset in run.video.assets.filter(kind__in=kinds).select_related("file"):
            with asset.local_path() as path:
                self.stdout.write(str(path))
