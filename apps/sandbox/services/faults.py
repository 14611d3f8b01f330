"""What is to go wrong: switched on by people on the panel and by tests, used up by calls."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.sandbox.models import Account, Fault, FaultKind
from apps.sandbox.standin import Call


def switch_on(
    platform: str,
    kind: str,
    *,
    account: Account | None = None,
    operation: str = "",
    amount: int | None = None,
    reason: str = "",
    times: int | None = None,
) -> Fault:
    """Let this go wrong from now on: `times` times, or (None) until it is switched off. See models.Fault for `amount`
    and `reason`."""
    return Fault.objects.create(
        platform=platform,
        kind=FaultKind(kind),
        account=account,
        operation=operation,
        amount=amount,
        reason=reason,
        remaining=times,
    )


def switch_off(fault: Fault) -> None:
    fault.delete()


def switch_all_off(platform: str = "") -> None:
    """Everything works again, at one platform or at all of them."""
    Fault.objects.filter(Q(platform=platform) if platform else Q()).delete()


def take(call: Call, kind: FaultKind) -> Fault | None:
    """The fault of this kind that the call meets, counted as having happened; None if there is none."""
    if kind not in _kinds_of(call):
        return None
    account = call.token.account if call.token else None
    fault = happen(call.stand_in.slug, kind, account=account, operation=call.route.operation)
    if fault is not None:
        call.faults.append(fault)
    return fault


def _kinds_of(call: Call) -> set[str]:
    """What is switched on at the platform at all, asked once a call."""
    if call.kinds is None:
        found = Fault.objects.filter(platform=call.stand_in.slug).exclude(remaining=0)
        call.kinds = set(found.values_list("kind", flat=True))
    return call.kinds


def happen(platform: str, kind: FaultKind, *, account: Account | None, operation: str = "") -> Fault | None:
    """As `take`, for what happens outside of a call's beginning and end."""
    with transaction.atomic():
        fault = meeting(platform, kind, account, operation).select_for_update().first()
        if fault is not None and fault.remaining is not None:
            fault.remaining -= 1
            fault.save(update_fields=["remaining"])
    return fault


def stands(platform: str, kind: FaultKind, account: Account | None = None) -> bool:
    """Whether a standing state of the platform, such as UNAUDITED, is switched on."""
    return meeting(platform, kind, account, "").exists()


def meeting(platform: str, kind: FaultKind, account: Account | None, operation: str) -> QuerySet[Fault]:
    """Faults that hold for this account and operation, the oldest first. A page's are its person's too."""
    accounts = list(_with_parents(account))
    return (
        Fault.objects.filter(platform=platform, kind=kind)
        .filter(Q(account=None) | Q(account__in=accounts))
        .filter(Q(operation="") | Q(operation=operation))
        .filter(Q(remaining=None) | Q(remaining__gt=0))
        .order_by("created_at", "id")
    )


def _with_parents(account: Account | None) -> Iterator[Account]:
    while account is not None:
        yield account
        account = account.parent
