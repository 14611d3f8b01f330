"""How rows are shown in the admin site: to be looked at, without their secrets, in a constant number of queries.

Rows are changed by services, which keep counters, events and the audit record in step; so a model's own admin
inherits `ReadOnlyAdmin`, and names in `changeable` the few fields that may be corrected by hand.
"""

import re
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from apps.core.fields import EncryptedTextField

SECRET_NAME = re.compile(r"secret|token|password|session_|credential|private|digest|hash$")
SECRET_KEYS = frozenset(
    {"account.EmailConfirmation", "socialaccount.SocialApp"}
)  # whose `key` opens something
COLUMNS = 6
SHORT = 300  # characters; longer texts are no columns


def is_secret(field: Any) -> bool:
    """Encrypted, or by its name a thing that opens doors."""
    opens = field.name == "key" and field.model._meta.label in SECRET_KEYS
    named_so = not field.is_relation and (opens or bool(SECRET_NAME.search(field.name)))
    return isinstance(field, EncryptedTextField) or named_so


def shown_fields(model: type[models.Model]) -> list[Any]:
    """The fields of a row that operators may see."""
    return [field for field in model._meta.concrete_fields if not is_secret(field)]


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Looks: columns, filters and search follow from the fields. Nothing can be added or deleted."""

    changeable: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.changeable) and super().has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Also what `objects` hides, such as deleted rows; and never the secrets, which are not even decrypted."""
        secrets = [field.name for field in self.model._meta.concrete_fields if is_secret(field)]
        found = self.model._base_manager.all().defer(*secrets)
        return found.order_by(*(self.get_ordering(request) or self.model._meta.ordering or ["pk"]))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [field.name for field in shown_fields(self.model)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [name for name in self.get_fields(request, obj) if name not in self.changeable]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        if tuple(self.list_display) != ("__str__",):
            return [str(column) for column in self.list_display]
        keys = [field for field in shown_fields(self.model) if not field.primary_key]
        short = [field for field in keys if _is_short(field)]
        return ["__str__", *(field.name for field in short[:COLUMNS])]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        if self.list_filter:
            return list(self.list_filter)
        fields = shown_fields(self.model)
        return [field.name for field in fields if field.choices or isinstance(field, models.BooleanField)][:4]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        if self.search_fields:
            return list(self.search_fields)
        fields = [field for field in shown_fields(self.model) if type(field) in TEXTS and not field.choices]
        return [field.name for field in fields if _is_short(field)][:3]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Everything that a row of the list names: its columns, and what its own name is made of."""
        return [
            field.name for field in self.model._meta.concrete_fields if isinstance(field, models.ForeignKey)
        ]


TEXTS = (models.CharField, models.EmailField, models.SlugField)


def _is_short(field: Any) -> bool:
    if isinstance(field, models.JSONField | models.BinaryField) or type(field) is models.TextField:
        return False
    return (getattr(field, "max_length", None) or 0) <= SHORT
