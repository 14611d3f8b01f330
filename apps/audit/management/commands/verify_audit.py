"""Verify every audit chain and name the first break."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit import services


class Command(BaseCommand):
    help = "Verifies the hash chain of the audit record. Exits with 1 and names the first break of each broken chain."

    def handle(self, *args: Any, **options: Any) -> None:
        chains = services.chains()
        breaks = [found for chain in chains if (found := services.verify(chain))]
        for found in breaks:
            self.stderr.write(f"chain {found.chain}: line {found.number} {found.reason}")
        if breaks:
            raise CommandError(f"{len(breaks)} of {len(chains)} chains are broken.")
        self.stdout.write(f"{len(chains)} chains are whole.")
