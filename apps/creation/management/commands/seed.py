"""What a new installation starts with."""

import secrets
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from apps.accounts.models import User
from apps.creation.services.templates import install_system_templates
from apps.teams.models import Team
from apps.teams.services import create_team

DEMO_EMAIL = "demo@showrunner.local"


class Command(BaseCommand):
    help = "Installs the five templates; on the embedded default also a demo team, whose sign-in it prints."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = install_system_templates()
        self.stdout.write(
            f"{changed} templates were brought up to date." if changed else "Templates are up to date."
        )
        if settings.EMBEDDED:
            self._demo()

    @transaction.atomic
    def _demo(self) -> None:
        """A person and a team to try the product with; the password is made once and kept in a private file."""
        note = Path(settings.VAR_DIR) / "demo-sign-in.txt"
        user = User.objects.filter(email=DEMO_EMAIL).first()
        if user is None:
            password = secrets.token_urlsafe(12)
            user = User.objects.create_user(DEMO_EMAIL, password, display_name="Demo")
            EmailAddress.objects.create(user=user, email=DEMO_EMAIL, verified=True, primary=True)
            note.write_text(f"{DEMO_EMAIL} / {password}\n", encoding="utf-8")
            note.chmod(0o600)
        if not Team.objects.filter(memberships__user=user).exists():
            create_team(name="Demo", owner=user)
        if note.is_file():
            self.stdout.write(f"Demo sign-in: {note.read_text(encoding='utf-8').strip()}")
