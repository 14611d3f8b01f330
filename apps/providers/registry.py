"""Which providers there are, what each can do, and what it asks of a person. Each is a folder of small
adapters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from apps.providers.capabilities import Answer, Capability, Request

BUILTIN = "builtin"


@dataclass(frozen=True)
class Desk:
    """What an adapter works with: the key's secret and settings, a folder for files, and how to report and
    stop."""

    work_dir: Path
    secret: str = ""
    base_address: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    on_progress: Callable[[float], None] = lambda share: None
    cancelled: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Price:
    """Money for one call; `units` says what was counted, such as "1,204 characters"."""

    amount: Decimal
    currency: str = "USD"
    units: str = ""


FREE = Price(Decimal(0))


@dataclass(frozen=True)
class Answered:
    """An adapter's answer, and what the call cost where the other side said so or it can be counted."""

    answer: Answer
    price: Price = FREE


Adapter = Callable[[Desk, Any], Answered]
"""Does one request of its capability. Raises OutsideError, UserError, MediaError."""


@dataclass(frozen=True)
class KeyField:
    """A setting beside the secret that a person fills in, such as a model's name."""

    name: str
    label: str
    hint: str = ""
    default: str = ""
    required: bool = False


@dataclass(frozen=True)
class Provider:
    """One provider. `check` makes a real, harmless call and returns what it found, such as the plan's name."""

    slug: str
    name: str
    about: str
    adapters: Mapping[Capability, Adapter]
    basic: bool = False
    needs_key: bool = True
    secret_label: str = "API key"  # noqa: S105 – a label
    secret_required: bool = True
    default_address: str = ""
    address_editable: bool = False
    fields: tuple[KeyField, ...] = ()
    site: str = ""
    price: Callable[[Request], Price] = lambda request: FREE
    check: Callable[[Desk], str] = lambda desk: ""

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        return tuple(capability for capability in Capability if capability in self.adapters)


PROVIDERS: dict[str, Provider] = {}


def register(provider: Provider) -> Provider:
    """Make a provider known. Its folder's `__init__` or `provider` module calls this when the app is ready."""
    if provider.slug in PROVIDERS:
        raise ValueError(f"the provider {provider.slug} is registered twice")
    PROVIDERS[provider.slug] = provider
    return provider


def with_capability(capability: Capability) -> list[Provider]:
    """Providers that can do this; the built-in one last."""
    able = [provider for provider in PROVIDERS.values() if capability in provider.adapters]
    return sorted(able, key=lambda provider: (provider.slug == BUILTIN, provider.name))
