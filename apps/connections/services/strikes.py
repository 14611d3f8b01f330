"""Strikes as a team keeps them: written down by a person, or suggested where a platform refused a post by a rule."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.connections.errors import WrongStrike
from apps.connections.events import CONNECTION_STRIKE, StrikeChanged
from apps.connections.models import Connection, Strike, StrikeKind, StrikeState
from apps.connections.strikes import rules_of
from apps.events.services import record

# What a person may make of a strike, by how it stands. Each step can be taken back.
STEPS: dict[str, tuple[StrikeState, ...]] = {
    StrikeState.SUGGESTED: (StrikeState.ACTIVE, StrikeState.DISMISSED),
    StrikeState.ACTIVE: (StrikeState.APPEALED, StrikeState.RESOLVED, StrikeState.DISMISSED),
    StrikeState.APPEALED: (StrikeState.RESOLVED,),
    StrikeState.RESOLVED: (StrikeState.ACTIVE,),
    StrikeState.DISMISSED: (),
}


@transaction.atomic
def record_strike(
    *,
    connection: Connection,
    actor: User,
    kind: StrikeKind,
    about: str,
    received_on: date,
    until: date | None = None,
    post_ref: UUID | None = None,
) -> Strike:
    """Write down what a platform told the team. Without `until` it lasts as long as the platform's strikes do.

    Raises WrongStrike, with the field, for days that cannot be.
    """
    if received_on > timezone.localdate() + timedelta(
        days=1
    ):  # it may be tomorrow already where the person is
        raise WrongStrike("This day has not come yet.", field="received_on")
    if until is not None and until < received_on:
        raise WrongStrike("It cannot end before it was received.", field="until")
    strike: Strike = Strike.objects.create(
        team=connection.team,
        connection=connection,
        kind=kind,
        about=about,
        received_on=received_on,
        until=until or _end_of(connection, received_on),
        post_ref=post_ref,
        recorded_by=actor,
    )
    _written(strike, actor, before={})
    return strike


@transaction.atomic
def suggest_strike(*, connection: Connection, reason: str, about: str, post_ref: UUID) -> Strike | None:
    """Ask people whether a refusal was a strike, where `reason` is one of the platform's words for a broken rule.

    Once for each post on each channel: None where there is nothing to ask, or it was asked already.
    """
    kind = rules_of(connection).refusals.get(reason)
    if kind is None or Strike.objects.filter(connection=connection, post_ref=post_ref).exists():
        return None
    today = timezone.localdate()
    strike = Strike(
        team=connection.team,
        connection=connection,
        kind=kind,
        state=StrikeState.SUGGESTED,
        about=about[:500],
        post_ref=post_ref,
        reason=reason,
        received_on=today,
        until=_end_of(connection, today),
    )
    Strike.objects.bulk_create([strike], ignore_conflicts=True)
    if not Strike.objects.filter(pk=strike.pk).exists():  # another worker was first
        return None
    _tell(strike, None)
    return strike


@transaction.atomic
def decide(*, strike: Strike, actor: User, state: StrikeState) -> Strike:
    """Confirm or dismiss a suggestion, or say that a strike was appealed or taken back. Raises WrongStrike where that
    cannot follow from how it stands."""
    row: Strike = (
        Strike.objects.select_for_update(of=("self",)).select_related("connection", "team").get(pk=strike.pk)
    )
    if state == row.state:
        return row
    if not _follows(row, state):
        raise WrongStrike(f"It is “{row.get_state_display().lower()}” meanwhile. Look at it again.")
    before = {"state": row.state}
    row.state = state
    row.save(update_fields=["state", "updated_at"])
    _written(row, actor, before=before)
    return row


def _follows(strike: Strike, state: StrikeState) -> bool:
    """Whether this is a step, or takes one back. Only what was suggested can be a suggestion again."""
    if state == StrikeState.SUGGESTED and not strike.reason:
        return False
    return state in STEPS[strike.state] or strike.state in STEPS[state]


def _end_of(connection: Connection, received_on: date) -> date | None:
    days = rules_of(connection).lasts_days
    return received_on + timedelta(days=days) if days else None


def _written(strike: Strike, actor: User, *, before: dict[str, str]) -> None:
    audit(
        "connection.strike",
        team=strike.team,
        actor=actor,
        target=strike.connection,
        before=before,
        after={"state": strike.state, "kind": strike.kind, "about": strike.about},
    )
    _tell(strike, actor)


def _tell(strike: Strike, actor: User | None) -> None:
    channel = strike.connection
    record(
        CONNECTION_STRIKE,
        team=strike.team,
        subject=channel,
        data=StrikeChanged(channel.platform, channel.name, strike.state, strike.kind, strike.about),
        actor=actor,
    )
