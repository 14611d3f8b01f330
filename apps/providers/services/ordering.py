"""Whom to ask first: the team's order, without keys that are missing, switched off, broken or resting
(PRV-04)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.providers.adapters import Credentials
from apps.providers.capabilities import Capability
from apps.providers.errors import ProviderError
from apps.providers.flags import OUTSIDE
from apps.providers.models import BUILTIN, Preference, ProviderKey
from apps.providers.registry import PROVIDERS, Provider
from apps.teams.models import Team


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked: a provider with one of the team's keys, or the built-in one without any."""

    provider: Provider
    key: ProviderKey | None = None

    @property
    def ref(self) -> str:
        """What names it in an order: its key's id, or "builtin"."""
        return str(self.key.pk) if self.key else self.provider.slug

    @property
    def name(self) -> str:
        """For people: the key's own label, or the provider's name."""
        return self.key.label if self.key and self.key.label else self.provider.name

    @property
    def resting_until(self) -> datetime | None:
        """The end of a wait that the provider asked for, while it lasts."""
        return self.key.resting_until if self.key and self.key.is_resting else None

    @property
    def is_usable(self) -> bool:
        """Whether it may be asked at all: switched on and not refused."""
        return self.key is None or (self.key.enabled and not self.key.broken)


def order_of(team: Team, capability: Capability) -> list[Candidate]:
    """All that this team has for the capability, in its order: what it has not placed comes after what it
    has, the built-in provider last unless placed. Switched-off and broken keys are among them."""
    keys = [key for key in ProviderKey.objects.in_team(team).kept() if key.provider in PROVIDERS]
    return ordered(keys, placed_of(team, capability), capability)


def placed_of(team: Team, capability: Capability) -> list[str]:
    """The references in the order that the team chose; empty where it never chose."""
    row = Preference.objects.in_team(team).filter(capability=capability.value).first()
    return [str(ref) for ref in row.order] if row else []


def ordered(keys: Sequence[ProviderKey], placed: Sequence[str], capability: Capability) -> list[Candidate]:
    """As `order_of`, from rows that were read already."""
    able = [
        Candidate(PROVIDERS[key.provider], key)
        for key in keys
        if capability in PROVIDERS[key.provider].adapters
    ]
    if capability in PROVIDERS[BUILTIN].adapters:
        able.append(Candidate(PROVIDERS[BUILTIN]))
    places = {ref: place for place, ref in enumerate(placed)}
    last = len(places)
    return sorted(able, key=lambda one: (places.get(one.ref, last), one.ref == BUILTIN))


def candidates(team: Team, capability: Capability, *, only: str | None = None) -> list[Candidate]:
    """Whom to ask, in order. Those that asked us to wait are left out while anybody else is there.

    `only` is a provider's slug or a key's id: then only that one, resting or not; nobody where it cannot be
    asked.
    """
    found = [one for one in order_of(team, capability) if one.is_usable]
    if not OUTSIDE.is_on(team):
        found = [one for one in found if one.key is None]
    if only:
        return [one for one in found if only in (one.ref, one.provider.slug)]
    return [one for one in found if one.resting_until is None] or found


def credentials_of(candidate: Candidate) -> Credentials:
    """What the adapter is given of the key: its secret, the address that holds, and its settings."""
    key = candidate.key
    if key is None:
        return Credentials(base_address=candidate.provider.base_address)
    return Credentials(key.secret, key.base_address or candidate.provider.base_address, key.options)


@transaction.atomic
def set_order(*, team: Team, capability: Capability, order: Sequence[str], actor: User) -> None:
    """Ask in this order from now on. Raises ProviderError where it does not name each of the team's
    candidates once."""
    known = order_of(team, capability)
    if sorted(order) != sorted(one.ref for one in known):
        raise ProviderError(
            "The list of providers has changed meanwhile. Look at it again and order it once more."
        )
    before = [one.name for one in known]
    names = {one.ref: one.name for one in known}
    Preference.objects.update_or_create(
        team=team, capability=capability.value, defaults={"order": list(order)}
    )
    audit(
        "provider.order",
        team=team,
        actor=actor,
        before={capability.value: before},
        after={capability.value: [names[ref] for ref in order]},
    )


def move(*, team: Team, capability: Capability, ref: str, step: int, actor: User) -> None:
    """Put one candidate `step` places later (earlier where negative). Raises ProviderError where it is not
    there."""
    refs = [one.ref for one in order_of(team, capability)]
    if ref not in refs:
        raise ProviderError("This provider is no longer in the list. Look at it again.")
    place = refs.index(ref)
    refs.insert(min(max(place + step, 0), len(refs) - 1), refs.pop(place))
    set_order(team=team, capability=capability, order=refs, actor=actor)


def key_of(team: Team, key_id: UUID) -> ProviderKey:
    """One of the team's keys. Raises ProviderKey.DoesNotExist."""
    found: ProviderKey = ProviderKey.objects.in_team(team).kept().get(pk=key_id)
    return found
