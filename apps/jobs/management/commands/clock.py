"""The clock process."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from apps.jobs.clock import tick

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Does recurring work and mends lost jobs. Several may run: one of them ticks."

    def handle(self, *args: Any, **options: Any) -> None:
        over = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: over.set())
        while not over.wait(1):
            try:
                tick()
            except DatabaseError as error:
                logger.warning("the clock waits for the database: %s", error)
                connection.close()
