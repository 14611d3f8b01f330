from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AutomationsConfig(AppConfig):
    name = "apps.automations"

    def ready(self) -> None:
        """Let every app declare what automations can do (`actions.py`), and listen to the events they wait for."""
        from apps.automations.services import acting
        from apps.events.registry import listen_where

        autodiscover_modules("actions")
        listen_where(acting.is_waited_for, acting.consider)
