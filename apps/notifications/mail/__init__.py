"""The e-mail ledger: what Django sends is a row first, and leaves by a job."""

from apps.notifications.mail.backend import LedgerBackend

__all__ = ["LedgerBackend"]
