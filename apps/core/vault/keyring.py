"""The data keys: kept wrapped in the database, unwrapped once in each process."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from apps.core import locks
from apps.core.models import DataKey
from apps.core.vault.errors import MasterKeyMissing, SecretUnreadable
from apps.core.vault.master_keys import KEY_BYTES, MasterKey, masters


@dataclass(frozen=True)
class Unwrapped:
    """A data key ready for use. Nothing of it shows in a repr."""

    id: int
    cipher: AESGCM


def newest_key_id() -> int:
    """The data key that encrypts, made where there is none yet. Asked of the database each time, so that a rotation
    holds everywhere at once, and a key that was rolled back is never used again.

    Raises VaultError where none can be made.
    """
    found = DataKey.objects.order_by("-pk").values_list("pk", flat=True).first()
    return int(found) if found is not None else ensure_data_key()


def unwrapped(key_id: int) -> Unwrapped:
    """The data key with this id. Raises SecretUnreadable where there is none, MasterKeyMissing, VaultError."""
    return _unwrapped(key_id, tuple(master.name for master in masters()))


@lru_cache(maxsize=1000)
def _unwrapped(key_id: int, known: tuple[str, ...]) -> Unwrapped:
    """Kept for as long as the same master keys are configured."""
    row = DataKey.objects.filter(pk=key_id).first()
    if row is None:
        raise SecretUnreadable(
            f"The data key {key_id} is not in the database: restore the table core_datakey, or enter the secret again."
        )
    return Unwrapped(row.pk, AESGCM(_open(row)))


def _open(row: DataKey) -> bytes:
    return _master_of(row, masters()).unwrap(bytes(row.wrapped), str(row.label))


def _master_of(row: DataKey, configured: Sequence[MasterKey]) -> MasterKey:
    for master in configured:
        if master.name == row.master:
            return master
    raise MasterKeyMissing(
        f"The master key {row.master} is not among MASTER_KEYS, and without it stored secrets can't be read. "
        "Put it back; if it is lost for good, every stored key and token has to be entered again."
    )


def add_data_key() -> int:
    """Make a new data key, which encrypts from now on; those before still decrypt. Returns its id."""
    master = masters()[0]
    row = DataKey(label=os.urandom(8).hex(), master=master.name)
    row.wrapped = master.wrap(AESGCM.generate_key(KEY_BYTES * 8), row.label)
    row.save(force_insert=True)
    return int(row.pk)


@transaction.atomic
def ensure_data_key() -> int:
    """The newest data key; the first one is made where there is none. Whoever else wants to waits meanwhile."""
    locks.hold("core.first_data_key")
    newest = DataKey.objects.order_by("-pk").first()
    return int(newest.pk) if newest else add_data_key()


def rewrap() -> int:
    """Wrap every data key by the first master key, so that the others can go; returns how many were.

    Secrets stay as they are. Safe to run twice, at once, and again after it was killed.
    """
    first, count = masters()[0], 0
    for row in DataKey.objects.exclude(master=first.name).order_by("pk"):
        wrapped = first.wrap(_open(row), row.label)
        same = DataKey.objects.filter(pk=row.pk, master=row.master)
        count += same.update(wrapped=wrapped, master=first.name)
    return count


def forget_unwrapped() -> None:
    """Ask the database again for every data key."""
    _unwrapped.cache_clear()
