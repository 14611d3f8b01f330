"""What a start does to the database before anything runs: migrations, then the first data. One process, for speed."""

import os


def main() -> None:
    """Apply missing migrations and seed; both do nothing where nothing is to be done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")
    import django
    from django.core.management import call_command, get_commands
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the database …", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
    if "seed" in get_commands():
        call_command("seed")


if __name__ == "__main__":
    main()
