"""Verify every audit chain and name the first break."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit import services
from apps.audit.models import AuditHead


class Command(BaseCommand):
    help = (
        "Verifies the hash chains of the audit record: exits with 1 and names the first break of each broken one. "
        "With --heads it prints where each chain ends; kept elsewhere, that proves even a restored old copy."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--heads", action="store_true", help="print chain, number and hash of each last line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chains = services.chains()
        breaks = [found for chain in chains if (found := services.verify(chain))]
        if options["heads"]:
            for head in AuditHead.objects.order_by("chain"):
                self.stdout.write(f"{head.chain} {head.number} {head.hash}")
        for found in breaks:
            self.stderr.write(f"chain {found.chain}: line {found.number} {found.reason}")
        if breaks:
            raise CommandError(f"{len(breaks)} of {len(chains)} chains are broken.")
        self.stdout.write("One chain is whole." if len(chains) == 1 else f"{len(chains)} chains are whole.")
