"""Letters about a person's own account, in the person's language and times.

A letter is `<folder>/<name>_subject.txt` and `…_message.txt` in English, and the same two in `<folder>/de/` and so on.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from apps.accounts.models import User


def send(user: User, template: str, **facts: Any) -> None:
    """Send `account/email/<template>_…` to the person's own address."""
    facts = {"user": user, "timestamp": timezone.now(), **facts}
    subject, text = written(
        f"account/email/{template}", facts, language=user.language, time_zone=user.time_zone
    )
    EmailMessage(subject, text, to=[user.email]).send()


def written(
    template: str, facts: Mapping[str, Any], *, language: str, time_zone: str = "UTC"
) -> tuple[str, str]:
    """Subject and text; in English where the product does not write in this language.

    A subject is one line, whatever stands in it.
    """
    language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    folder, _, name = template.rpartition("/")
    files = f"{folder}/{language}/{name}", template
    with translation.override(language), timezone.override(ZoneInfo(time_zone)):
        subject, text = (
            render_to_string([f"{file}_{part}.txt" for file in files], dict(facts))
            for part in ("subject", "message")
        )
    return " ".join(subject.split()), text.strip() + "\n"


def reader_of(email: str) -> User | None:
    """Whose address this is; who has confirmed it goes before who has not."""
    rows = EmailAddress.objects.filter(email__iexact=email).select_related("user")
    row = rows.order_by("-verified", "pk").first()
    return row.user if row else User.objects.filter(email__iexact=email).first()
