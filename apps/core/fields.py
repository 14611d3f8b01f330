"""A text column that is encrypted at rest."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=8)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("SECRET_KEYS_FERNET is empty: secrets can be neither stored nor read.")
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The cipher over settings.SECRET_KEYS_FERNET: the first key encrypts, all of them decrypt."""
    return _cipher(tuple(settings.SECRET_KEYS_FERNET))


class SecretUnreadable(Exception):
    """A stored secret was made with a key that is no longer configured."""


class EncryptedTextField(models.TextField):
    """Text encrypted with Fernet (AES-128-CBC and HMAC-SHA256). It can't be searched, only read and rotated."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return text if text is None else cipher().encrypt(text.encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if value is None:
            return None
        try:
            return cipher().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise SecretUnreadable(
                f"{self.model.__name__}.{self.name}: no configured key opens it"
            ) from error


def rotate(model: type[models.Model], *, batch: int = 200) -> int:
    """Encrypt every secret of the model again with the first key; returns how many rows were written."""
    names = [field.name for field in model._meta.get_fields() if isinstance(field, EncryptedTextField)]
    rows = 0
    for row in model._default_manager.only("pk", *names).iterator(chunk_size=batch):
        row.save(update_fields=names)
        rows += 1
    return rows
