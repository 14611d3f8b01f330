"""Operators hear of what concerns the whole installation by e-mail."""

from django.core.mail import send_mail

from apps.accounts.models import User
from apps.events.models import Event
from apps.events.registry import subscribe
from apps.security.events import ADVISORIES_FOUND, ADVISORIES_UNKNOWN


@subscribe(ADVISORIES_FOUND)
def tell_of_advisories(event: Event) -> None:
    found = ADVISORIES_FOUND.from_json(event.data).found
    lines = "\n".join(f"- {line}" for line in found)
    subject = f"{len(found)} new vulnerabilities in packages of Showrunner"
    _tell(
        subject,
        f"The nightly check found:\n\n{lines}\n\nUpdate these packages; `manage.py advisories` has the details.",
    )


@subscribe(ADVISORIES_UNKNOWN)
def tell_that_nothing_is_known(event: Event) -> None:
    data = ADVISORIES_UNKNOWN.from_json(event.data)
    _tell(
        "Showrunner could not look for vulnerabilities",
        f"{data.problem}\n\nThe last check that worked: {data.last_reached}. Until one works again, nobody knows "
        "whether the packages of this installation are safe. Check that it may reach the advisory database (OSV_URL).",
    )


def _tell(subject: str, text: str) -> None:
    """One message each, so that no operator learns another's address."""
    for email in User.objects.filter(is_staff=True, is_active=True).values_list("email", flat=True):
        send_mail(subject, text, None, [email])
