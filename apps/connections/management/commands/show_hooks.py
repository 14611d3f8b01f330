"""What an operator enters at the platforms that call us."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.connections.hooks import word_of
from apps.incoming.registry import SOURCES


class Command(BaseCommand):
    help = "Show the addresses that platforms call, and the word or secret that is entered there."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in sorted(SOURCES):
            self.stdout.write(f"{name:10} {settings.PUBLIC_URL}/hooks/{name}/  {word_of(name)}")
