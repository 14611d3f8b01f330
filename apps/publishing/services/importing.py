"""A posting plan becomes posts: looked through first, then made by one job, each row once (PUB-12)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.connections.models import Connection
from apps.core.errors import UserError
from apps.jobs.rows import Row
from apps.jobs.services import enqueue
from apps.library.models import Video
from apps.publishing.errors import PublishingError
from apps.publishing.models import PlanImport, Post
from apps.publishing.plan_rows import NEXT, read_plan, to_json
from apps.publishing.services.posts import create_post, schedule
from apps.publishing.services.slots import take_next
from apps.teams.models import Team
from apps.teams.roles import Permission
from apps.teams.services.appointing import check_may


@transaction.atomic
def keep_plan(*, team: Team, actor: User, name: str, rows: Sequence[Row]) -> PlanImport:
    """Look through the rows and keep what was found, for a person to look at."""
    check_may(team, actor, Permission.EDIT_POSTS)
    good, faults = read_plan(team, rows)
    return PlanImport.objects.create(
        team=team, made_by=actor, name=name[:200], rows=to_json(good), faults=to_json(faults)
    )


@transaction.atomic
def start_plan(plan: PlanImport, actor: User | None) -> PlanImport:
    """Make posts of the good rows, in the background. To start it twice is to start it once."""
    locked = _lock(plan.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    if locked.started_at is not None:
        return locked
    if not locked.rows:
        raise PublishingError("No row of this plan is right, so there is nothing to make.")
    locked.started_at = timezone.now()
    locked.save(update_fields=["started_at", "updated_at"])
    from apps.publishing.jobs import import_plan

    enqueue(
        import_plan,
        team=locked.team,
        args={"plan_id": str(locked.pk)},
        key=f"plan:{locked.pk}",
        subject=locked,
        title=f"Plan {len(locked.rows)} posts from {locked.name}"[:200],
    )
    audit("plan.import", team=locked.team, actor=actor, target=locked, after={"rows": len(locked.rows)})
    return locked


def carry_out(plan_id: UUID) -> dict[str, Any]:
    """Make every post that is not made yet, each in a transaction of its own; a second run goes on where the first
    one ended."""
    plan = PlanImport.objects.get(pk=plan_id)
    for row in plan.rows:
        _make_one(plan_id, row)
    with transaction.atomic():
        done = _lock(plan_id)
        done.finished_at = timezone.now()
        done.save(update_fields=["finished_at", "updated_at"])
    return {"made": len(done.posts), "refused": len(done.refused)}


@transaction.atomic
def _make_one(plan_id: UUID, row: dict[str, Any]) -> None:
    plan, number = _lock(plan_id), str(row["number"])
    if number in plan.posts or number in plan.refused:
        return
    try:
        with transaction.atomic():
            plan.posts[number] = str(_make(plan, row).pk)
    except UserError as error:
        plan.refused[number] = error.message
    plan.save(update_fields=["posts", "refused", "updated_at"])


def _make(plan: PlanImport, row: dict[str, Any]) -> Post:
    """Raises UserError where something went meanwhile: a channel, the video, the person's rights, the time."""
    team = plan.team
    channels = list(Connection.objects.in_team(team).filter(pk__in=row["channels"]))
    video = Video.objects.in_team(team).filter(pk=row["video"], deleted_at=None).first()
    if len(channels) != len(row["channels"]):
        raise PublishingError("One of its channels is gone.")
    if video is None:
        raise PublishingError("Its video was deleted.")
    words = {name: row[name] for name in ("title", "text", "hashtags", "first_comment", "kind")}
    post = create_post(team=team, actor=plan.made_by, connections=channels, video=video, **words)
    if row["due_at"] == NEXT:
        return take_next(post, plan.made_by)
    if row["due_at"]:
        return schedule(post, datetime.fromisoformat(row["due_at"]), team.time_zone, plan.made_by)
    return post


def _lock(plan_id: UUID) -> PlanImport:
    rows = PlanImport.objects.select_for_update(no_key=True, of=("self",)).select_related("team", "made_by")
    found: PlanImport = rows.get(pk=plan_id)
    return found
