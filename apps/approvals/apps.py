from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ApprovalsConfig(AppConfig):
    name = "apps.approvals"

    def ready(self) -> None:
        """Let every app declare what can need approval."""
        autodiscover_modules("approvals")
