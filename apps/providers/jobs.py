"""Recurring work of this app."""

from apps.jobs.clock import recurring
from apps.providers.services import purge_deleted


@recurring("providers.purge_deleted_keys", every_s=60)
def purge_deleted_keys() -> None:
    """Deleted keys must not lie about longer than they can be brought back."""
    purge_deleted()
