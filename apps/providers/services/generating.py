"""Asking providers in order until one answers (PRV-04)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.http import AddressRefused, AuthExpired, OutsideError, QuotaExceeded, RateLimited
from apps.core.metrics import LONG_S, Counter, Histogram
from apps.events.services import record
from apps.providers.adapters import FREE, Cost, Done, Work
from apps.providers.capabilities import Capability, Request
from apps.providers.errors import NotCovered
from apps.providers.events import KEY_BROKEN, KeyBroken
from apps.providers.models import CostEntry, ProviderKey
from apps.providers.registry import PROVIDERS, Provider
from apps.providers.services.costs import estimated_cost
from apps.providers.services.ordering import Candidate, candidates, credentials_of
from apps.teams.models import Team

REST_S = 60.0  # after a limit that named no time
QUOTA_REST_S = 3600.0
PATIENCE_S = 20.0  # a wait up to this long is sat out here, before anybody lesser is asked
RETRY_WAIT_S = 1.0
TRIES = 2
TICK_S = 0.25

CALLS = Counter(
    "showrunner_provider_calls_total",
    "Calls to providers with a team's key.",
    ("provider", "capability", "outcome"),
)
CALL_SECONDS = Histogram(
    "showrunner_provider_call_seconds",
    "Time that a provider took.",
    ("provider", "capability"),
    bounds=LONG_S,
)

Failure = OutsideError | NotCovered


@dataclass(frozen=True)
class Outcome:
    """What came of asking. `provider` is a slug; `tried` are those asked before, each with why it did not
    answer."""

    answer: Any
    provider: str
    basic: bool
    cost: Decimal
    currency: str
    seconds: float
    tried: tuple[tuple[str, str], ...] = ()
    model: str = ""


@dataclass(frozen=True)
class Asked:
    """One request with all that surrounds it."""

    team: Team
    capability: Capability
    request: Request
    run_ref: UUID | None
    work: Work


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
    """The answer of the first provider that gives one: in the team's order, or of `only` (a slug or a key's
    id).

    A short wait that a provider asks for is sat out, a fault is tried once more; then the next one is
    asked, the built-in one last. Every outside call is entered in the ledger. Raises NotCovered where
    nobody can do it, the most hopeful OutsideError where nobody answered, and any other UserError at once,
    since another provider would refuse the same words. Must not be called inside a transaction.
    """
    work = Work(folder=work_dir)
    work = replace(work, progress=on_progress or work.progress, cancelled=cancelled or work.cancelled)
    asked = Asked(team, capability, request, run_ref, work)
    tried: list[tuple[str, str]] = []
    failures: list[Failure] = []
    for candidate in _whom(team, capability, only):
        started = time.monotonic()
        try:
            done = _ask_patiently(candidate, asked)
        except (OutsideError, NotCovered) as error:
            tried.append((candidate.provider.slug, error.message))
            failures.append(error)
        else:
            return _outcome(candidate.provider, done, time.monotonic() - started, tried)
    raise _most_hopeful(failures)


def _outcome(about: Provider, done: Done, seconds: float, tried: list[tuple[str, str]]) -> Outcome:
    cost = done.cost
    return Outcome(
        done.answer, about.slug, about.basic, cost.amount, cost.currency, seconds, tuple(tried), done.model
    )


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


def _ask_patiently(candidate: Candidate, asked: Asked) -> Done:
    """Ask, and once more after a fault or a short wait that was asked for."""
    for attempt in range(1, TRIES + 1):
        try:
            return _ask(candidate, asked)
        except OutsideError as error:
            wait_s = _wait_here_s(error)
            if attempt == TRIES or wait_s is None:
                raise
            _wait(wait_s, asked.work)
    raise AssertionError("unreachable")


def _ask(candidate: Candidate, asked: Asked) -> Done:
    """One call, entered in the ledger and on the key whatever comes of it."""
    adapter = candidate.provider.adapters[asked.capability]
    started = time.monotonic()
    try:
        done = adapter.run(asked.request, replace(asked.work, credentials=credentials_of(candidate)))
    except AddressRefused as error:
        failure = OutsideError(f"{candidate.name}: {error.message}")
        _note_failure(candidate, failure)
        raise failure from error
    except OutsideError as error:
        _note_failure(candidate, error)
        _enter(candidate, asked, Done(None, FREE), time.monotonic() - started, succeeded=False)
        raise
    _enter(candidate, asked, done, time.monotonic() - started, succeeded=True)
    return done


def _wait_here_s(error: OutsideError) -> float | None:
    """How long to wait before asking the same provider again, or None where that would be too long or no use."""
    if not error.retryable:
        return None
    wait_s = error.retry_after_s
    if wait_s is None:
        return None if isinstance(error, RateLimited) else RETRY_WAIT_S
    return wait_s if wait_s <= PATIENCE_S else None


def _wait(seconds: float, work: Work) -> None:
    """Sleep, but look up often enough to be cancelled."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not work.cancelled():
        time.sleep(min(left, TICK_S))


def _most_hopeful(failures: list[Failure]) -> Failure:
    """The failure after which trying again makes most sense: the shortest wait of those that may be tried
    again, else the first thing that a provider outside said, else that nobody can do it."""
    outside = [error for error in failures if isinstance(error, OutsideError)]
    again = [error for error in outside if error.retryable]
    if again:
        return min(again, key=lambda error: error.retry_after_s or 0.0)
    return outside[0] if outside else failures[-1]


@transaction.atomic
def _note_failure(candidate: Candidate, error: OutsideError) -> None:
    """Remember on the key what happened: broken at 401, resting at 429 and without credit."""
    if candidate.key is None:
        return
    key = ProviderKey.objects.select_for_update().get(pk=candidate.key.pk)
    now = timezone.now()
    key.last_error, key.last_error_at = error.message[:500], now
    if isinstance(error, AuthExpired) and not key.broken:
        key.broken = True
        data = KeyBroken(provider=key.provider, label=candidate.name, reason=error.message)
        record(KEY_BROKEN, team=key.team, subject=key, data=data)
    elif isinstance(error, RateLimited):
        key.resting_until = now + timedelta(seconds=error.retry_after_s or REST_S)
    elif isinstance(error, QuotaExceeded):
        key.resting_until = now + timedelta(seconds=error.retry_after_s or QUOTA_REST_S)
    key.save(update_fields=["last_error", "last_error_at", "broken", "resting_until", "updated_at"])


def _enter(candidate: Candidate, asked: Asked, done: Done, seconds: float, *, succeeded: bool) -> None:
    """Enter the call in the ledger; the built-in provider's work costs nothing and is not a call."""
    if candidate.key is None:
        return
    slug, capability = candidate.provider.slug, asked.capability.value
    CALLS.add(provider=slug, capability=capability, outcome="ok" if succeeded else "failed")
    CALL_SECONDS.observe(seconds, provider=slug, capability=capability)
    if succeeded:
        ProviderKey.objects.filter(pk=candidate.key.pk).update(last_used_at=timezone.now())
    thought: Cost = estimated_cost(candidate, asked.capability, asked.request)
    CostEntry.objects.create(
        team=asked.team,
        provider=candidate.provider.slug,
        key=candidate.key,
        capability=asked.capability.value,
        model=done.model,
        estimate=thought.amount,
        actual=done.cost.amount,
        currency=done.cost.currency,
        units=dict(done.cost.units),
        seconds=round(seconds, 3),
        succeeded=succeeded,
        run_ref=asked.run_ref,
    )
