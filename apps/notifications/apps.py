from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "apps.notifications"

    def ready(self) -> None:
        """Let every app declare its notices, then listen to their events."""
        autodiscover_modules("notices")
        from apps.notifications.subscriptions import listen

        listen()
