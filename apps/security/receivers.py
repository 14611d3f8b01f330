"""Who signs up agrees to the privacy notice that the page shows (SEC-09)."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.dispatch import receiver
from django.http import HttpRequest

from apps.accounts.models import User
from apps.core.caller import address_of
from apps.security import services


@receiver(user_signed_up)
def note_consent(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    services.note_consent(person=user, address=address_of(request))
