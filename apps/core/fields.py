"""A text column that is encrypted at rest (P-A05, P-C07)."""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_save

from apps.core.vault.errors import SecretUnreadable
from apps.core.vault.sealing import Sealed, open_sealed, seal

__all__ = ["EncryptedTextField", "SecretUnreadable"]


class SecretAttribute(DeferredAttribute):
    """Opens the secret when it is asked for: a page that lists rows opens none."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            return super().__get__(instance, cls)
        value = instance.__dict__[name]
        return open_sealed(value, self.field.place, instance.pk) if isinstance(value, Sealed) else value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text under envelope encryption, bound to its row: copied to another row or field it opens no more.

    Written by `save()` and `bulk_create()` only, since an `update()` does not know the row; it can't be searched.
    An empty text is no secret and is stored as it is. Reading raises a VaultError where no key opens it; `values()`
    gives it sealed. Fixtures (`dumpdata`) hold it sealed too, and `loaddata` can't bring it back: backups have a way
    of their own. `place` names model and field once for all where one of them is renamed later: what is stored is
    bound to their first names.
    """

    descriptor_class = SecretAttribute

    def __init__(self, *args: Any, place: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._place = place

    @property
    def place(self) -> str:
        """What the secret is bound to besides its row: "providers.providerkey.secret"."""
        return self._place or f"{self.model._meta.label_lower}.{self.name}"

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, **({"place": self._place} if self._place else {})}

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        if not cls._meta.abstract:
            post_save.connect(self._bind_to_row, sender=cls, dispatch_uid=f"{cls._meta.label}.{name}")

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        text = getattr(model_instance, self.attname)
        return seal(str(text), self.place, model_instance.pk) if text else text

    def is_kept(self, instance: models.Model) -> bool:
        """Whether the row has a secret at all, without opening it."""
        value = instance.__dict__.get(self.attname)
        return bool(value.text if isinstance(value, Sealed) else value)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "":
            return value
        if isinstance(value, Sealed):
            return value.text
        raise FieldError(f"{self.name} is encrypted for its row: set it on the object and save that.")

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Sealed) else super().to_python(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: each encryption differs, so no comparison in the database could ever be true."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it can't be searched by {lookup_name}.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: Any) -> str:
        value = obj.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            return value.text
        return seal(str(value), self.place, obj.pk).text if value else ""

    def _bind_to_row(self, sender: Any, instance: models.Model, created: bool, raw: bool, **_: Any) -> None:
        """A row that was given its id by the database is sealed once more, now for that id."""
        if not created or raw or not isinstance(sender._meta.pk, models.AutoField):
            return
        text = getattr(instance, self.attname)
        if text:
            sealed = seal(str(text), self.place, instance.pk)
            sender._base_manager.filter(pk=instance.pk).update(**{self.attname: sealed})
