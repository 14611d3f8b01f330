"""The clock process."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, connection

from apps.jobs.clock import tick

logger = logging.getLogger(__name__)

EVERY_S = 1


class Command(BaseCommand):
    help = (
        "Does recurring work and mends lost jobs. Several may run: each piece of work is done by one of them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        over = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: over.set())
        tick_until(over)


def tick_until(over: threading.Event) -> None:
    """Tick every second until the event is set; a database that is away only makes it wait."""
    while not over.wait(EVERY_S):
        try:
            tick()
        except Error as error:
            logger.warning("the clock waits for the database: %s", error)
            connection.close()
