"""Letters about a person's own account, in the person's language."""

from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from apps.accounts.models import User


def send(user: User, template: str, **facts: Any) -> None:
    """Send `account/email/<template>_…` to the person's own address. A subject is one line, whatever stands in it."""
    context = {"user": user, "timestamp": timezone.now(), **facts}
    with translation.override(user.language):
        subject = render_to_string(f"account/email/{template}_subject.txt", context)
        text = render_to_string(f"account/email/{template}_message.txt", context)
    EmailMessage(" ".join(subject.split()), text.strip() + "\n", to=[user.email]).send()
