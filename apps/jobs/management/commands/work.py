"""A worker process."""

from typing import Any

import django_rq
from django.core.management.base import BaseCommand, CommandParser

from apps.jobs.workers import ForkingWorker, InlineWorker


class Command(BaseCommand):
    help = "Runs background jobs from the named queues, the first of them first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--queues", default="short,default,media", help="comma-separated, in order of preference"
        )
        parser.add_argument(
            "--inline", action="store_true", help="run jobs in this process: faster, for short ones"
        )
        parser.add_argument("--burst", action="store_true", help="stop when the queues are empty")

    def handle(self, *args: Any, **options: Any) -> None:
        queues = [django_rq.get_queue(name) for name in options["queues"].split(",")]
        worker_class = InlineWorker if options["inline"] else ForkingWorker
        worker = worker_class(queues, connection=queues[0].connection)
        worker.work(burst=options["burst"], with_scheduler=False, logging_level="WARNING")
