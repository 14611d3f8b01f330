from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "apps.publishing"

    def ready(self) -> None:
        from apps.library.holds import register_hold
        from apps.publishing import recent  # noqa: F401 - channels show what went out
        from apps.publishing.queries import awaited_videos

        register_hold(awaited_videos)
