from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        # Each app says which pages stand in the side bar, on the home page and in the command box.
        autodiscover_modules("navigation")
