"""Keys of stored secrets: which there are, change them, and check that everything opens."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model

from apps.core import vault
from apps.core.models import DataKey
from apps.core.rotation import count_by_key, stale_count, unreadable
from apps.security import services


class Command(BaseCommand):
    help = (
        "status: data keys, who wraps them, how many secrets each holds. "
        "rotate: a new data key, and everything sealed by it (--background leaves that to a worker). "
        "rewrap: data keys wrapped by the first of MASTER_KEYS, so that the others can go. "
        "verify: open every secret, and exit with 1 where one can't be."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["status", "rotate", "rewrap", "verify"])
        parser.add_argument("--background", action="store_true", help="rotate: let a worker do the rest")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            {"status": self.status, "rotate": self.rotate, "rewrap": self.rewrap, "verify": self.verify}[
                options["action"]
            ](options)
        except vault.VaultError as error:
            raise CommandError(error.message) from error

    def status(self, options: dict[str, Any]) -> None:
        counts, names = count_by_key(), [master.name for master in vault.masters()]
        for number, name in enumerate(names):
            self.stdout.write(f"master key {name}: {'unwraps only' if number else 'wraps'}")
        for key in DataKey.objects.order_by("pk"):
            known = "" if key.master in names else " - which is NOT among MASTER_KEYS"
            held = counts.pop(str(key.pk), 0)
            self.stdout.write(
                f"{key} of {key.created_at:%Y-%m-%d}, wrapped by {key.master}{known}: {held} secrets"
            )
        for name, held in sorted(counts.items()):
            self.stdout.write(f"{name}: {held} secrets")
        self.stdout.write(f"{stale_count()} rows are not sealed by the newest data key yet.")

    def rotate(self, options: dict[str, Any]) -> None:
        job: Model = services.rotate_data_key()
        if options["background"]:
            self.stdout.write(f"There is a new data key; a worker seals everything by it (job {job.pk}).")
            return
        done = services.finish_rotation(lambda share: None)
        self._unreadable(done.unreadable)
        self.stdout.write(f"There is a new data key, and {done.rows} rows were sealed by it.")

    def rewrap(self, options: dict[str, Any]) -> None:
        count = vault.rewrap()
        self.stdout.write(f"{count} data keys are wrapped by {vault.masters()[0].name} now.")

    def verify(self, options: dict[str, Any]) -> None:
        vault.forget_unwrapped()
        self._unreadable(unreadable())
        self.stdout.write("Every stored secret can be opened.")

    def _unreadable(self, lines: list[str]) -> None:
        for line in lines:
            self.stderr.write(line)
        if lines:
            raise CommandError(f"{len(lines)} stored secrets can't be opened.")
