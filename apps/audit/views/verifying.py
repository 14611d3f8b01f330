"""Verifying a chain while somebody waits."""

from django.contrib import messages
from django.http import HttpRequest

from apps.audit import services
from apps.audit.models import AuditHead

MOST_LINES = 20_000  # longer chains are verified at night


def is_short(head: AuditHead) -> bool:
    """Whether the chain can be verified within a request."""
    return head.number - head.cut_number <= MOST_LINES


def verify_now(request: HttpRequest, head: AuditHead) -> None:
    """Walk the chain, keep what came of it, and tell it."""
    found = services.check(head.chain)
    if found.broken_at is None:
        messages.success(request, "Every line was verified: the record is whole.")
    else:
        messages.error(request, f"The record is broken: line {found.broken_at} {found.reason}.")
