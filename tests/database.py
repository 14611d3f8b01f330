"""The tests' database between tests: after a test that commits, it is as the migrations left it, to the last id.

Django's own flush empties every table and lets `post_migrate` write content types, permissions and the first data key
anew, under new ids. That is slow, and whoever keeps an id in memory (Django's cache of content types, a server that a
test started) then writes rows that point nowhere. Here only tables that hold something else than after the migrations
are touched, and what the migrations wrote comes back as it was.

Tests of one module may share more than that: `keep` what was made once under another name, and `restore` it for each.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from apps.core import vault

AS_MIGRATED = "as_migrated"  # a schema that holds copies
# Whoever was cut off while writing ends first; whoever goes on for so long is named by PostgreSQL.
PATIENCE = "SET LOCAL lock_timeout = '60s'"
# No trigger and no foreign key stands in the way of emptying (for superusers, as the tests' own server has).
UNGUARDED = "SET LOCAL session_replication_role = replica"


def keep(name: str) -> None:
    """Copy every table that holds something now, for `restore`."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {name}")
        for table in _tables("public") - {"django_migrations"}:
            cursor.execute(f'SELECT EXISTS (TABLE "{table}")')
            if cursor.fetchone() == (True,):
                cursor.execute(f'CREATE TABLE {name}."{table}" AS TABLE "{table}"')


def forget(name: str) -> None:
    """Drop the copies that `keep` made."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {name} CASCADE")


def restore(name: str = AS_MIGRATED) -> None:
    """Every table as it was kept, by default as the migrations left it. Sequences go on: no id is ever given twice."""
    assert str(connection.settings_dict["NAME"]).startswith("test_"), "only the tests' own database"
    with transaction.atomic(), connection.cursor() as cursor:
        kept, tables = _tables(name), sorted(_tables("public") - {"django_migrations"})
        cursor.execute(f"{PATIENCE}; LOCK TABLE {_list(tables)} IN EXCLUSIVE MODE; {UNGUARDED}")
        cursor.execute(
            " UNION ALL ".join(_differs(table, name if table in kept else None) for table in tables)
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')
            if table in kept:
                cursor.execute(f'INSERT INTO "{table}" TABLE {name}."{table}"')
    ContentType.objects.clear_cache()
    vault.forget_unwrapped()


def end_others() -> None:
    """End the sessions of killed processes, which would keep the database from being dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()


def _tables(schema: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return {name for (name,) in cursor.fetchall()}


def _list(tables: list[str]) -> str:
    return ", ".join(f'"{table}"' for table in tables)


def _differs(table: str, schema: str | None) -> str:
    """A query that gives the table's name if it does not hold what its copy in the schema holds, or nothing."""
    here, copy = f'TABLE "{table}"', f'TABLE {schema}."{table}"'
    question = f"({here} EXCEPT {copy}) UNION ALL ({copy} EXCEPT {here})" if schema else here
    return f"SELECT '{table}' WHERE EXISTS ({question})"
