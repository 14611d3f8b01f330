from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "apps.publishing"

    def ready(self) -> None:
        from apps.publishing import recent  # noqa: F401 - channels show what went out
