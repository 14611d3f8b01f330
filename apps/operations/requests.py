"""The type of a request that came through the operators' door, and what their forms come back with."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django_htmx.middleware import HtmxDetails

from apps.accounts.requests import PersonRequest
from apps.core.errors import UserError


class OperatorRequest(PersonRequest):
    """What a view behind `operator_required` gets."""

    htmx: HtmxDetails


def done(request: OperatorRequest, service: Callable[..., Any], success: str, **arguments: Any) -> bool:
    """Call the service and tell the operator what came of it; False where it was refused."""
    try:
        service(**arguments)
    except UserError as error:
        messages.error(request, error.message)
        return False
    messages.success(request, success)
    return True
