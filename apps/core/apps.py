from contextlib import suppress
from typing import Any

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.db.models.signals import post_migrate
from django.urls import get_resolver
from django.utils.module_loading import autodiscover_modules

from apps.core.beginnings import before_forks
from apps.core.http.client import tls


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        # Each app says which pages stand in the side bar, on the home page and in the command box,
        # and how long its data are kept.
        autodiscover_modules("navigation", "retention")
        before_forks(lambda: get_resolver().reverse_dict)
        before_forks(tls)
        before_forks(_load_storage_and_keys)
        post_migrate.connect(_ensure_data_key, sender=self, dispatch_uid="core.data_key")


def _load_storage_and_keys() -> None:
    """boto3 and botocore, where files or keys are in somebody's cloud."""
    from apps.core import vault

    _ = storages["default"]
    with suppress(ImproperlyConfigured):  # said by the job that needs a key
        vault.masters()


def _ensure_data_key(using: str, **_: Any) -> None:
    """A new database gets its first data key, so that no request ever has to make one."""
    from apps.core import vault

    vault.forget_unwrapped()
    vault.ensure_data_key()
