from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "apps.publishing"

    def ready(self) -> None:
        from apps.library.channels import register_finder
        from apps.library.holds import register_hold
        from apps.publishing import recent  # noqa: F401 - channels show what went out
        from apps.publishing.queries import awaited_videos, videos_on

        register_hold(awaited_videos)
        register_finder(videos_on)
