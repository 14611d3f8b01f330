from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class CrashingConfig(AppConfig):
    name = "tests.publishing.crashing"

    def ready(self) -> None:
        if settings.CRASH_PLANS:
            from tests.publishing.crashing.watch import Watch

            Watch(Path(settings.CRASH_PLANS)).install()
