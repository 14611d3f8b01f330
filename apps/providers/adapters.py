"""What an adapter is: one capability of one provider. No database in it, and no network outside
`apps.core.http`."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

from apps.providers.capabilities import Capability

Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Credentials:
    """A team's key for a provider, opened. `options` are the other fields of its form, such as a model's name."""

    secret: str = field(default="", repr=False)
    base_address: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """What surrounds one request: an empty folder that the caller owns, the key, and ways to report and to
    stop."""

    folder: Path
    credentials: Credentials = Credentials()
    progress: Callable[[float], None] = lambda share: None
    cancelled: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Cost:
    """Money, with what it was counted from: {"input_tokens": 812}. `currency` is an ISO 4217 code."""

    amount: Decimal = Decimal(0)
    currency: str = "USD"
    units: Mapping[str, int] = field(default_factory=dict)


FREE = Cost()


@dataclass(frozen=True)
class Done:
    """An answer, what it cost, and the model that made it if there was one."""

    answer: Any
    cost: Cost = FREE
    model: str = ""


class Adapter(ABC, Generic[Asked]):
    """Serves one capability. Raises NotCovered for what it cannot do at all (another provider may), another
    UserError for what the person must change, and an OutsideError for what went wrong outside."""

    capability: Capability

    @abstractmethod
    def run(self, request: Asked, work: Work) -> Done:
        """Do it. Files go into `work.folder`."""

    def estimate(self, request: Asked, credentials: Credentials) -> Cost:
        """What it will cost, before it is done."""
        return FREE
