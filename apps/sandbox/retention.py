"""How long the log of calls is kept."""

from apps.core.retention import define_retention
from apps.sandbox.services.calls import forget_calls

define_retention(
    "sandbox-calls",
    "Calls to the sandbox",
    days=7,
    reason="to see how the studio speaks with the platforms' stand-ins; on one's own machine only",
    forget=forget_calls,
)
