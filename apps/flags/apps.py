from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FlagsConfig(AppConfig):
    name = "apps.flags"

    def ready(self) -> None:
        """Each app declares its flags and settings in `flags.py`."""
        autodiscover_modules("flags")
