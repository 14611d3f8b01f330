"""A text column that is encrypted at rest (P-A05, P-C07)."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models, transaction


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


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text encrypted with Fernet (AES-128-CBC and HMAC-SHA256). It can't be searched, only read and rotated.

    Reading raises SecretUnreadable where no configured key opens it. Fixtures (`dumpdata`) hold the encrypted
    text, and `loaddata` can't bring it back: backups have a way of their own.
    """

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

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: each encryption differs, so no comparison in the database could ever be true."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it can't be searched by {lookup_name}.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: Any) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)) or "")


def rotate(model: type[models.Model], *, batch: int = 200) -> int:
    """Encrypt every secret of the model again with the first key; returns how many rows were written.

    Rows are locked a batch at a time, so a secret that is changed meanwhile keeps its new value.
    """
    names = [field.name for field in model._meta.get_fields() if isinstance(field, EncryptedTextField)]
    rows = model._base_manager.order_by("pk")
    written, last = 0, None
    while True:
        with transaction.atomic():
            after = rows if last is None else rows.filter(pk__gt=last)
            locked = list(after.select_for_update(no_key=True).only("pk", *names)[:batch])
            for row in locked:
                row.save(update_fields=names)
        if not locked:
            return written
        written, last = written + len(locked), locked[-1].pk
