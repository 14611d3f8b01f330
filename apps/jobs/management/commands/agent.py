"""An agent: the machine's own process that starts its workers and says how it is."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import http

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
STOP_WITHIN_S = 30.0


class Command(BaseCommand):
    help = "Makes this machine an agent: runs workers, and tells the product every 15 s how busy it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--server", default=settings.AGENT_SERVER, help="where the product answers, https://…"
        )
        parser.add_argument(
            "--queues",
            default="media",
            help="comma-separated: short, publishing, default, media; in order of preference",
        )
        parser.add_argument(
            "--slots", type=int, default=max(1, (os.cpu_count() or 2) // 2), help="jobs at a time"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.AGENT_KEY or not options["server"]:
            raise CommandError("Set AGENT_KEY to this agent's key and AGENT_SERVER to the product's address.")
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        Machine(options["server"], options["queues"].split(","), options["slots"]).run(stop)


class Machine:
    """The workers of this machine and its word to the product."""

    def __init__(self, server: str, queues: list[str], slots: int) -> None:
        self.queues, self.slots = queues, slots
        self.workers: list[subprocess.Popen[bytes]] = []
        self.agent_id = ""
        key = settings.AGENT_KEY
        self.client = http.Client(
            server, headers={"Authorization": f"Bearer {key}"}, guard=False, secrets=(key,), timeout_s=10
        )

    def run(self, stop: threading.Event) -> None:
        """Beat, and keep the workers alive, until told to stop or refused."""
        told_at = float("-inf")
        try:
            while not stop.is_set():
                if time.monotonic() - told_at >= settings.AGENT_BEAT_S:
                    told_at = time.monotonic()
                    self.beat()
                self.keep_workers()
                stop.wait(min(LOOK_EVERY_S, settings.AGENT_BEAT_S))
        except http.AuthExpired as error:
            raise CommandError("The product does not know this agent's key. Make a new one there.") from error
        finally:
            self.stop_workers()
            with contextlib.suppress(http.OutsideError):
                self.tell(leaving=True)

    def beat(self) -> None:
        try:
            self.agent_id = self.tell()
        except http.AuthExpired:
            raise
        except http.OutsideError as error:
            logger.warning("the product does not answer: %s", error)

    def tell(self, *, leaving: bool = False) -> str:
        """Report, and return this agent's id."""
        report = {
            "host": socket.gethostname(),
            "queues": self.queues,
            "slots": self.slots,
            "load": os.getloadavg()[0] / (os.cpu_count() or 1),
            "leaving": leaving,
        }
        return str(self.client.post("/agents/beat", json=report, idempotent=True).json()["agent"])

    def keep_workers(self) -> None:
        """Start what is missing, as soon as the product has said who we are."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        command = [sys.argv[0], "work", "--queues", ",".join(self.queues), "--agent", self.agent_id]
        while self.agent_id and len(self.workers) < self.slots:
            self.workers.append(subprocess.Popen([sys.executable, *command]))

    def stop_workers(self) -> None:
        """Let each finish its job, for a while."""
        for worker in self.workers:
            worker.terminate()
        end = time.monotonic() + STOP_WITHIN_S
        for worker in self.workers:
            try:
                worker.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.kill()
