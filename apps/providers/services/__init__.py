"""Asking providers, keeping keys, and counting what calls cost."""

from apps.providers.services.costs import Estimate, attach_video, cost_of_run, estimate
from apps.providers.services.generating import Outcome, generate
from apps.providers.services.keys import (
    KeyWishes,
    add_key,
    change_key,
    check_key,
    delete_key,
    purge_deleted,
    restore_key,
    reveal_key,
    switch_key,
)
from apps.providers.services.ordering import candidates, move, order_of, set_order

__all__ = [
    "Estimate", "KeyWishes", "Outcome", "add_key", "attach_video", "candidates", "change_key", "check_key",
    "cost_of_run", "delete_key", "estimate", "generate", "move", "order_of", "purge_deleted", "restore_key",
    "reveal_key", "set_order", "switch_key",
]  # fmt: skip
