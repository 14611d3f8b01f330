"""A worker process."""

import contextlib
import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection
from redis.exceptions import RedisError

from apps.core import queue
from apps.jobs import claims
from apps.jobs.crew import Crew
from apps.jobs.models import agent_list
from apps.jobs.workers import ForkingWorker, InlineWorker

logger = logging.getLogger(__name__)

AGAIN_AFTER_S = 2


class Command(BaseCommand):
    help = "Runs background jobs from the named queues, the first of them first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--queues",
            default="short,publishing,default,media",
            help="comma-separated, in order of preference",
        )
        parser.add_argument(
            "--inline", action="store_true", help="run jobs in this process: faster, for short ones"
        )
        parser.add_argument("--agent", help="the id of the agent that this worker belongs to")
        parser.add_argument(
            "--processes", type=int, choices=range(1, 65), metavar="1-64", default=1, help="workers at a time"
        )
        parser.add_argument("--burst", action="store_true", help="stop when the queues are empty")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["processes"] > 1:
            if options["burst"]:
                raise CommandError("A burst is for one process.")
            Crew(options["processes"], lambda: _work_on(options)).run()
        else:
            _work_on(options)


def _work_on(options: dict[str, Any]) -> None:
    """RQ's worker ends where Valkey fails it in the middle of a job; ours comes back until told to stop."""
    stop = threading.Event()
    while not stop.is_set():
        for name in (signal.SIGTERM, signal.SIGINT):  # until RQ takes them over
            signal.signal(name, lambda *_: stop.set())
        try:
            if _work(options, stop) or options["burst"]:
                return
        except RedisError as error:
            logger.warning("the worker waits for Valkey: %s", error)
        stop.wait(AGAIN_AFTER_S)


def _work(options: dict[str, Any], stop: threading.Event) -> bool:
    """Work until told to stop (True), or until RQ gives up or the queues of a burst are empty (False)."""
    with contextlib.suppress(Error):  # a database that is away is waited for by each job
        connection.ensure_connection()  # what Django asks a new database once, each fork would ask again
    claims.AGENT_ID = options["agent"]
    queues = [queue.queue(name) for name in _lists(options["queues"].split(","), options["agent"])]
    worker_class = InlineWorker if options["inline"] else ForkingWorker
    worker = worker_class(queues, connection=queue.connection())
    worker.stopping = stop
    worker.work(burst=options["burst"], with_scheduler=False, logging_level="WARNING")
    return worker.told_to_stop


def _lists(queues: list[str], agent: str | None) -> list[str]:
    """The RQ lists to work on: an agent's own first, then what is for whoever is free."""
    own = [agent_list(name, agent) for name in queues] if agent else []
    return own + queues
