from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IncomingConfig(AppConfig):
    name = "apps.incoming"

    def ready(self) -> None:
        """Every app's `hooks.py` says which services call us, and how that is known to be them."""
        autodiscover_modules("hooks")
