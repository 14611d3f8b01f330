"""How long the audit record is kept."""

from apps.audit.services.retention import forget_lines
from apps.core.retention import define_retention

define_retention(
    "audit",
    "Audit record",
    days=730,
    reason="Who did what is asked for long after it happened; two years cover a yearly review and the one before.",
    forget=forget_lines,
)
