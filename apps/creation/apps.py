from django.apps import AppConfig


class CreationConfig(AppConfig):
    name = "apps.creation"

    def ready(self) -> None:
        from apps.creation.services.captioning import RunScript
        from apps.library.scripted import register_script

        register_script(RunScript())
