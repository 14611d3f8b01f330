"""Locks by name across all processes, held until the transaction ends (PostgreSQL advisory locks)."""

from django.db import connection, transaction


def hold(name: str, *, shared: bool = False) -> None:
    """Wait for the lock of this name and keep it until the transaction ends; must be called within one.

    Shared holders keep out only those that want it for themselves.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"the lock {name} would be let go at once: use atomic")
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])
