"""Who may see what is published, from a time on (LIB-12): kept with the target, asked of the platform when it comes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.connections.capabilities import Capability, PostKind
from apps.core.errors import UserError
from apps.events.services import record
from apps.publishing import clock
from apps.publishing.errors import PublishingError
from apps.publishing.events import TARGET_CHANGED, TargetChanged
from apps.publishing.models import Target, TargetStatus
from apps.publishing.platforms import platform_of
from apps.publishing.services.changing import edit_published
from apps.publishing.services.locking import lock_target
from apps.teams.roles import Permission
from apps.teams.services.appointing import check_may

FIELDS = ["privacy_at", "privacy_then", "privacy_zone", "updated_at"]


def choices_for(target: Target) -> tuple[str, ...]:
    """The platform's own words for who may see it, the widest first; empty where it can't be changed from here."""
    platform = platform_of(target)
    limits = platform.limits.get(PostKind(target.post.kind))
    if target.status != TargetStatus.PUBLISHED or not platform.can(Capability.EDIT) or limits is None:
        return ()
    return limits.privacies


@transaction.atomic
def plan_visibility(
    target: Target, privacy: str, due_at: datetime, zone: str, actor: User | None, *, fold: int = 0
) -> Target:
    """Let other people see it from a time on the clock of the zone; one change at a time, the last one counts."""
    locked = lock_target(target.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    if privacy not in choices_for(locked):
        raise PublishingError("Choose who may see it from then on.", field="privacy")
    instant = clock.moment(due_at, zone, fold=fold)
    if instant <= timezone.now():
        raise PublishingError(clock.PASSED, field="due_at")
    locked.privacy_at, locked.privacy_then, locked.privacy_zone = instant, privacy, zone
    locked.save(update_fields=FIELDS)
    facts = {"privacy": privacy, "at": instant, "zone": zone}
    audit("post.plan_visibility", team=locked.team, actor=actor, target=locked, after=facts)
    return locked


@transaction.atomic
def drop_visibility(target: Target, actor: User | None) -> Target:
    """Leave it to those who may see it now."""
    locked = lock_target(target.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    facts = {"privacy": locked.privacy_then, "at": locked.privacy_at}
    _clear(locked)
    audit("post.drop_visibility", team=locked.team, actor=actor, target=locked, before=facts)
    return locked


def change_all_due(now: datetime | None = None, *, limit: int = 200) -> int:
    """Ask the platforms for every change whose time has come; returns how many. Two who do it at once ask once."""
    now = now or timezone.now()
    due = Target.objects.filter(privacy_at__lte=now).order_by("privacy_at")
    return sum(_change(target_id, now) for target_id in list(due.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def _change(target_id: UUID, now: datetime) -> bool:
    """The job and the end of the plan are written together."""
    target = lock_target(target_id)
    if target.privacy_at is None or target.privacy_at > now:
        return False
    wanted = target.privacy_then
    _clear(target)
    try:
        with transaction.atomic():
            edit_published(target, None, privacy=wanted)
    except UserError as error:
        data = TargetChanged(str(target.post_id), target.connection.platform, "refused", error.message)
        record(TARGET_CHANGED, team=target.team, subject=target, data=data)
        return False
    return True


def _clear(target: Target) -> None:
    target.privacy_at, target.privacy_then, target.privacy_zone = None, "", ""
    target.save(update_fields=FIELDS)
