"""The one place that catches every exception: background work must record whatever went wrong and go on."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Failure:
    """An exception that was caught, with its whole trace as text."""

    error: Exception
    trace: str

    @property
    def sentence(self) -> str:
        """For people: the message of the error, or its name where it has none."""
        return str(self.error) or type(self.error).__name__


@dataclass(frozen=True)
class Success:
    value: Any


def attempt(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Success | Failure:
    """Call it and return what came of it. Only what runs jobs and deliveries may use this."""
    try:
        return Success(function(*args, **kwargs))
    except Exception as error:  # noqa: BLE001 – the runner's own: every failure must end up in its row
        return Failure(error, traceback.format_exc())
