"""Django's door for e-mails (settings.EMAIL_BACKEND)."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class LedgerBackend(BaseEmailBackend):
    """Writes each e-mail into the ledger, in the caller's transaction. settings.EMAIL_DELIVERY_BACKEND sends it later.

    Raises BadHeaderError for line breaks in headers, as a backend that sends at once would.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        from apps.notifications.services.mail import (
            queue_email,  # models are not ready when settings are read
        )

        return sum(queue_email(message) is not None for message in email_messages)
