from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "apps.security"

    def ready(self) -> None:
        from apps.security import receivers  # noqa: F401 - connects its receivers
