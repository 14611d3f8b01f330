"""Known vulnerabilities of what runs here."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.http import OutsideError
from apps.security import services
from apps.security.models import Advisory, AdvisoryCheck


class Command(BaseCommand):
    help = "Shows what the last check found; --check looks now. Exits with 1 where something is known, or not checked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="ask the advisory database now")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            try:
                services.check_advisories()
            except OutsideError as error:
                raise CommandError(f"NOT CHECKED. {error.message}") from error
        last = AdvisoryCheck.objects.filter(reached=True).first()
        if last is None:
            raise CommandError("NOT CHECKED. No check has reached the advisory database yet: use --check.")
        rows = list(Advisory.objects.filter(gone_at=None))
        for row in rows:
            fixed = f", mended in {row.fixed_in}" if row.fixed_in else ""
            self.stdout.write(f"{row}{fixed}\n  {row.summary}\n  {row.url} {row.severity}")
        said = f"{last.packages} packages were checked at {last.at:%Y-%m-%d %H:%M} UTC"
        if rows:
            raise CommandError(f"{len(rows)} known vulnerabilities; {said}.")
        self.stdout.write(f"Nothing is known against what runs here; {said}.")
