from django.apps import AppConfig

from apps.core.beginnings import before_forks


class ConnectionsConfig(AppConfig):
    name = "apps.connections"

    def ready(self) -> None:
        from apps.connections.registry import PLATFORMS

        before_forks(lambda: list(PLATFORMS))
