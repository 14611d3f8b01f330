"""Changing keys while the product runs: every stored secret is sealed again by the newest data key (SEC-01).

Old and new are readable all the while. It may be killed anywhere and called again: what is done stays done.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from apps.core.fields import EncryptedTextField
from apps.core.vault.errors import VaultError
from apps.core.vault.keyring import newest_key_id
from apps.core.vault.sealing import ROW, Sealed, open_sealed, seal

logger = logging.getLogger(__name__)

Progress = Callable[[float], object]


@dataclass
class Resealed:
    """How many rows were written, and those that no key opens, as "providers.providerkey.secret of <id>: <why>"."""

    rows: int = 0
    unreadable: list[str] = field(default_factory=list)


def secret_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    return [each for each in model._meta.local_concrete_fields if isinstance(each, EncryptedTextField)]


def models_with_secrets() -> list[type[models.Model]]:
    """Every table that holds secrets, whatever app it is of."""
    return [model for model in apps.get_models() if not model._meta.proxy and secret_fields(model)]


def stale(model: type[models.Model], key_id: int) -> models.QuerySet[models.Model]:
    """Rows with a secret that is sealed by another data key, bound to no row, or older than data keys."""
    rows, wanted = model._base_manager.all(), Q()
    for each in secret_fields(model):
        raw = f"raw_{each.name}"
        rows = rows.annotate(**{raw: Cast(each.name, models.TextField())})
        wanted |= ~Q(**{f"{raw}__startswith": f"{ROW}.{key_id}."}) & Q(**{f"{raw}__gt": ""})
    return rows.filter(wanted)


def reseal(model: type[models.Model], *, batch: int = 200) -> Resealed:
    """Seal the stale secrets of one table again, a batch in a transaction.

    Rows are locked meanwhile, so a secret that a person changes at the same time keeps its new value.
    """
    key_id, done, last = newest_key_id(), Resealed(), None
    while True:
        with transaction.atomic():
            rows = stale(model, key_id).order_by("pk")
            after = rows if last is None else rows.filter(pk__gt=last)
            locked = list(after.select_for_update(no_key=True, of=("self",))[:batch])
            for row in locked:
                _reseal_row(row, key_id, done)
        if not locked:
            return done
        last = locked[-1].pk


def _reseal_row(row: models.Model, key_id: int, done: Resealed) -> None:
    fresh = {}
    for each in secret_fields(type(row)):
        sealed = row.__dict__.get(each.attname)
        if not isinstance(sealed, Sealed) or not sealed.text:
            continue
        try:
            text = open_sealed(sealed, each.place, row.pk)
        except VaultError as error:
            done.unreadable.append(f"{each.place} of {row.pk}: {error.message}")
        else:
            fresh[each.attname] = seal(text, each.place, row.pk, key_id=key_id)
    if fresh:
        type(row)._base_manager.filter(pk=row.pk).update(**fresh)
        done.rows += 1


def reseal_all(progress: Progress = lambda share: None) -> Resealed:
    """All tables; `progress` hears the share that is done, from 0 to 1."""
    whole, tables = Resealed(), models_with_secrets()
    for number, model in enumerate(tables):
        progress(number / len(tables))
        part = reseal(model)
        whole.rows += part.rows
        whole.unreadable += part.unreadable
    for line in whole.unreadable:
        logger.error("a stored secret can't be read: %s", line)
    return whole


def count_by_key() -> dict[str, int]:
    """How many stored secrets each key holds: by the id of the data key, "unbound" and "older" for the others."""
    counts: dict[str, int] = {}
    for sealed in _stored():
        name = "older" if sealed.key_id is None else str(sealed.key_id) if sealed.bound_to_row else "unbound"
        counts[name] = counts.get(name, 0) + 1
    return counts


def stale_count() -> int:
    """Rows that a rotation would write."""
    key_id = newest_key_id()
    return sum(stale(model, key_id).count() for model in models_with_secrets())


def unreadable() -> list[str]:
    """Every stored secret that can't be opened, with the reason; reads them all."""
    found = []
    for model in models_with_secrets():
        for each in secret_fields(model):
            for pk, sealed in model._base_manager.exclude(**{f"{each.name}__isnull": True}).values_list(
                "pk", each.name
            ):
                try:
                    open_sealed(sealed, each.place, pk)
                except VaultError as error:
                    found.append(f"{each.place} of {pk}: {error.message}")
    return found


def _stored() -> Iterator[Sealed]:
    for model in models_with_secrets():
        for each in secret_fields(model):
            values = model._base_manager.exclude(**{f"{each.name}__isnull": True}).values_list(
                each.name, flat=True
            )
            yield from (sealed for sealed in values.iterator() if sealed.text)
