"""How long each kind of data is kept, and why (AUD-04). A nightly job removes what is older.

define_retention("deliveries", "Delivered events", days=14, reason="…", forget=forget_delivered)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings


@dataclass(frozen=True)
class Kept:
    """One kind of data. `forget(before)` removes what ended or was written before then and returns how many rows."""

    name: str
    label: str
    default_days: int
    reason: str
    forget: Callable[[datetime], int]

    @property
    def days(self) -> int:
        """How long it is kept: what RETENTION_DAYS says, or the default."""
        return int(settings.RETENTION_DAYS.get(self.name, self.default_days))


KEPT: dict[str, Kept] = {}


def define_retention(
    name: str, label: str, *, days: int, reason: str, forget: Callable[[datetime], int]
) -> Kept:
    """Declare a kind of data that is not kept for ever."""
    if name in KEPT:
        raise ValueError(f"the retention of {name} is defined twice")
    KEPT[name] = Kept(name, label, days, reason, forget)
    return KEPT[name]
