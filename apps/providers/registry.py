"""The providers there are, by slug: each a folder of adapters, with the fields of its key and a real check
of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from apps.providers.adapters import Adapter, Credentials
from apps.providers.capabilities import Capability


@dataclass(frozen=True)
class KeyField:
    """One field of a provider's key form, beyond its secret and its base address."""

    name: str
    label: str
    hint: str = ""
    default: str = ""
    required: bool = False


@dataclass(frozen=True)
class KeyFacts:
    """What a check of a key found: a sentence for the person, and facts to keep, such as models or voices
    by id."""

    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Provider:
    """A service that does some of the capabilities.

    `basic` ones are honest stand-ins that need neither key nor network. `base_address` is the default; with
    `address_is_open` the person may enter another. `check` makes a harmless real call, and raises an
    OutsideError or UserError where the key does not work. `key_page` is where a person gets a key.
    """

    slug: str
    name: str
    summary: str
    adapters: Mapping[Capability, Adapter[Any]]
    check: Callable[[Credentials], KeyFacts] | None = None
    basic: bool = False
    secret_label: str = "API key"  # noqa: S105 - a label
    secret_required: bool = True
    base_address: str = ""
    address_is_open: bool = False
    fields: tuple[KeyField, ...] = ()
    key_page: str = ""

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """What it can do, in the order of `Capability`."""
        return tuple(capability for capability in Capability if capability in self.adapters)


class _Providers(Mapping[str, Provider]):
    """All of them by slug, the built-in one last. Their modules are imported when the first is asked for."""

    def __getitem__(self, slug: str) -> Provider:
        return _load()[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(_load())

    def __len__(self) -> int:
        return len(_load())


PROVIDERS: Mapping[str, Provider] = _Providers()


@lru_cache(maxsize=1)
def _load() -> dict[str, Provider]:
    from apps.providers.anthropic.provider import ANTHROPIC
    from apps.providers.azure.provider import AZURE
    from apps.providers.builtin.provider import BUILTIN_PROVIDER
    from apps.providers.elevenlabs.provider import ELEVENLABS
    from apps.providers.mistral.provider import MISTRAL
    from apps.providers.openai.provider import OPENAI
    from apps.providers.openai_compatible.provider import OPENAI_COMPATIBLE
    from apps.providers.pexels.provider import PEXELS
    from apps.providers.unsplash.provider import UNSPLASH

    known = (
        OPENAI,
        ANTHROPIC,
        MISTRAL,
        OPENAI_COMPATIBLE,
        ELEVENLABS,
        AZURE,
        PEXELS,
        UNSPLASH,
        BUILTIN_PROVIDER,
    )
    return {provider.slug: provider for provider in known}
