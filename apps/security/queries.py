"""What operators see of keys and advisories."""

from dataclasses import dataclass
from typing import Any

from apps.core import vault
from apps.core.models import DataKey
from apps.core.rotation import count_by_key, stale_count
from apps.security.models import Advisory, AdvisoryCheck

MOST = 200


@dataclass(frozen=True)
class KeyRow:
    key: DataKey
    secrets: int
    known: bool  # whether its master key is configured


@dataclass(frozen=True)
class Keys:
    """`masters` by name, the one that wraps first; `elsewhere` counts secrets that no data key seals."""

    masters: list[str]
    rows: list[KeyRow]
    elsewhere: int
    stale: int


def keys() -> Keys:
    """Every data key with how many secrets it holds, the newest first."""
    counts, names = count_by_key(), [master.name for master in vault.masters()]
    found = list(DataKey.objects.order_by("-pk")[:MOST])
    rows = [KeyRow(key, counts.get(str(key.pk), 0), key.master in names) for key in found]
    elsewhere = counts.get("older", 0) + counts.get("unbound", 0)
    return Keys(names, rows, elsewhere, stale_count() if rows else 0)


def advisories() -> dict[str, Any]:
    """What is known now, the last look that reached the database, and the last one at all."""
    return {
        "advisories": list(Advisory.objects.filter(gone_at=None)[:MOST]),
        "reached": AdvisoryCheck.objects.filter(reached=True).first(),
        "last": AdvisoryCheck.objects.first(),
    }
