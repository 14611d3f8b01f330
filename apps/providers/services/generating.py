"""Asking providers in order until one answers (PRV-04)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.http import AuthExpired, OutsideError, QuotaExceeded, RateLimited
from apps.events.services import record
from apps.providers.capabilities import Capability, Request
from apps.providers.errors import NotCovered
from apps.providers.events import KEY_BROKEN, KeyBroken
from apps.providers.models import CostEntry, ProviderKey
from apps.providers.registry import PROVIDERS, Answered, Desk
from apps.providers.services.ordering import Candidate, candidates
from apps.teams.models import Team

REST_S = 60  # after a limit that named no time
QUOTA_REST_S = 3600


@dataclass(frozen=True)
class Outcome:
    """What came of asking. `tried` are the providers that were asked before, each with why it did not answer."""

    answer: Any
    provider: str
    basic: bool
    cost: Decimal
    currency: str
    seconds: float
    tried: tuple[tuple[str, str], ...] = ()


def generate(
    capability: Capability,
    request: Request,
    *,
    team: Team,
    work_dir: Path,
    run_ref: UUID | None = None,
    only: str | None = None,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Outcome:
    """The answer of the first provider that gives one: in the team's order, or of `only`.

    Raises NotCovered where nobody can be asked, the last provider's OutsideError where nobody answered (with the
    shortest wait that any asked for), and a UserError at once, since another provider would refuse the same words.
    """
    tried: list[tuple[str, str]] = []
    failure: OutsideError | None = None
    for candidate in _whom(team, capability, only):
        started = time.monotonic()
        try:
            answered = _ask(candidate, capability, request, work_dir, on_progress, cancelled)
        except OutsideError as error:
            _note_failure(candidate, error)
            tried.append((candidate.provider.slug, error.message))
            failure = _more_hopeful(failure, error)
            continue
        seconds = time.monotonic() - started
        _note_success(team, candidate, capability, request, answered, run_ref, seconds)
        return Outcome(
            answer=answered.answer,
            provider=candidate.provider.slug,
            basic=candidate.provider.basic,
            cost=answered.price.amount,
            currency=answered.price.currency,
            seconds=seconds,
            tried=tuple(tried),
        )
    assert failure is not None  # noqa: S101 – there was at least one candidate
    raise failure


def _whom(team: Team, capability: Capability, only: str | None) -> list[Candidate]:
    found = candidates(team, capability, only=only)
    if found:
        return found
    if only and only in PROVIDERS:
        raise NotCovered(
            f"{PROVIDERS[only].name} can't be used now: its key is missing, switched off or was refused. "
            "Mend it on the providers page or choose another provider."
        )
    raise NotCovered(f"No provider for {capability.value} is ready. Add a key on the providers page.")


def _ask(
    candidate: Candidate,
    capability: Capability,
    request: Request,
    work_dir: Path,
    on_progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Answered:
    desk = desk_for(candidate.key, candidate.provider.default_address, work_dir, on_progress, cancelled)
    return candidate.provider.adapters[capability](desk, request)


def desk_for(
    key: ProviderKey | None,
    default_address: str,
    work_dir: Path,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Desk:
    return Desk(
        work_dir=work_dir,
        secret=key.secret if key else "",
        base_address=(key.base_address if key else "") or default_address,
        options=key.options if key else {},
        on_progress=on_progress or (lambda share: None),
        cancelled=cancelled or (lambda: False),
    )


def _more_hopeful(first: OutsideError | None, second: OutsideError) -> OutsideError:
    """Of two failures the one after which trying again makes more sense."""
    if first is None or (second.retryable and not first.retryable):
        return second
    if first.retryable and second.retryable:
        return min(first, second, key=lambda error: error.retry_after_s or 0)
    return first


@transaction.atomic
def _note_failure(candidate: Candidate, error: OutsideError) -> None:
    """Remember on the key what happened: broken at 401, resting at 429 and without credit."""
    if candidate.key is None:
        return
    key = ProviderKey.objects.select_for_update().select_related(None).get(pk=candidate.key.pk)
    now = timezone.now()
    key.last_error, key.last_error_at = error.message, now
    if isinstance(error, AuthExpired) and not key.broken:
        key.broken = True
        data = KeyBroken(provider=key.provider, reason=error.message)
        record(KEY_BROKEN, team=key.team, subject=key, data=data)
    elif isinstance(error, RateLimited):
        key.resting_until = now + timedelta(seconds=error.retry_after_s or REST_S)
    elif isinstance(error, QuotaExceeded):
        key.resting_until = now + timedelta(seconds=error.retry_after_s or QUOTA_REST_S)
    key.save(update_fields=["last_error", "last_error_at", "broken", "resting_until", "updated_at"])


def _note_success(
    team: Team,
    candidate: Candidate,
    capability: Capability,
    request: Request,
    answered: Answered,
    run_ref: UUID | None,
    seconds: float,
) -> None:
    """Enter the call in the ledger; the built-in provider's work costs nothing and is not a call."""
    if candidate.key is None:
        return
    ProviderKey.objects.filter(pk=candidate.key.pk).update(last_used_at=timezone.now())
    CostEntry.objects.create(
        team=team,
        provider=candidate.provider.slug,
        capability=capability.value,
        estimate=candidate.provider.price(request).amount,
        actual=answered.price.amount,
        currency=answered.price.currency,
        units=answered.price.units,
        seconds=seconds,
        run_ref=run_ref,
    )
