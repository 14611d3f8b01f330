"""The records of processing, with what is really there."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from apps.accounts.models import User
from apps.security.models import Consent
from apps.security.purposes import LEAST_AGE, NOTICE, PURPOSES


class Command(BaseCommand):
    help = "Prints the records of processing (GDPR, Article 30): purposes, data, grounds, retention, rows, consents."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(
            f"# Records of processing\n\nPrivacy notice of {NOTICE}. No accounts under {LEAST_AGE}."
        )
        for purpose in PURPOSES:
            self.stdout.write(f"\n## {purpose.title}\n")
            self.stdout.write(f"Data: {purpose.data}\nGround: {purpose.ground}")
            self.stdout.write(f"Kept: {purpose.kept}\nShown to: {purpose.shared}")
            for label in purpose.tables:
                self.stdout.write(f"Rows: {label} {apps.get_model(label)._base_manager.count()}")
        agreed = Consent.objects.filter(notice=NOTICE).count()
        self.stdout.write(f"\n## Consent\n\n{agreed} of {User.objects.count()} people agreed to this notice.")
