"""The log of calls."""

from datetime import datetime

from apps.sandbox.models import LoggedCall
from apps.sandbox.standin import Call


def write(call: Call, status: int, *, code: str, seconds: float) -> LoggedCall:
    """One line for a call that was answered, or was to be. Its query and body are left out: tokens may stand there."""
    return LoggedCall.objects.create(
        platform=call.stand_in.slug,
        operation=call.route.operation,
        method=call.route.method,
        path=call.request.path[:300],
        status=status,
        account=call.token.account if call.token else None,
        fault=",".join(fault.kind for fault in call.faults)[:20],
        code=code[:80],
        milliseconds=int(seconds * 1000),
    )


def forget_calls(before: datetime) -> int:
    return LoggedCall.objects.filter(created_at__lt=before).delete()[0]
