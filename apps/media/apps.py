from django.apps import AppConfig

from apps.media.memory import share_arenas


class MediaConfig(AppConfig):
    name = "apps.media"

    def ready(self) -> None:
        share_arenas()
