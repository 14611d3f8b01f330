"""What lower floors say so that higher ones can act on it without being imported."""

from django.dispatch import Signal

# A sensitive action was done, in the transaction that did it. Sent with `action` (`team.role_change`), `team`,
# `actor`, `target`, `before` and `after` as apps.audit.services.record takes them.
sensitive_action = Signal()
