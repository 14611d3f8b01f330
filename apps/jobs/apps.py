from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "apps.jobs"

    def ready(self) -> None:
        """Let every app declare its events, subscribers and job kinds, in that order."""
        autodiscover_modules("events")
        autodiscover_modules("subscriptions")
        autodiscover_modules("jobs")
