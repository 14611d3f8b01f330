"""A migrated database of its own for benchmarks that go through the whole of Django, dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """Start Django on the embedded servers and use an empty database named bench_<name>."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")
    from config.embedded.servers import prepare_environment

    prepare_environment()
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    connection.settings_dict["TEST"]["NAME"] = f"bench_{name}"
    setup_test_environment(debug=False)  # mails stay in memory
    before = setup_databases(verbosity=0, interactive=False, keepdb=False)
    try:
        yield
    finally:
        teardown_databases(before, verbosity=0)
        teardown_test_environment()
