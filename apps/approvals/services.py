"""Asking for approval, giving it, and what happens when nobody does (TEM-06)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.approvals.errors import ApprovalError
from apps.approvals.events import APPROVAL_ASKED, APPROVAL_DECIDED, ApprovalAsked, ApprovalDecided
from apps.approvals.models import Approval, ApprovalRule, ApprovalStatus
from apps.approvals.registry import KINDS, ApprovalKind
from apps.audit.services import record as audit
from apps.events.services import record as record_event
from apps.teams.models import Membership, Team
from apps.teams.roles import PERMISSIONS, Permission, Role
from apps.teams.services.appointing import check_may

APPROVERS = [role.value for role in Role if Permission.APPROVE in PERMISSIONS[role]]


def is_required(team: Team, kind: ApprovalKind) -> bool:
    """Whether the team wants things of this kind approved."""
    return ApprovalRule.objects.in_team(team).filter(kind=kind.name).exists()


@transaction.atomic
def set_rules(*, team: Team, kinds: Collection[str], actor: User) -> None:
    """Let exactly these kinds need approval from now on. What waits already goes on waiting."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    check_may(team, actor, Permission.MANAGE_TEAM)
    rules = ApprovalRule.objects.in_team(team)
    before, after = set(rules.values_list("kind", flat=True)), set(kinds) & KINDS.keys()
    rules.exclude(kind__in=after).delete()
    ApprovalRule.objects.bulk_create(ApprovalRule(team=team, kind=kind) for kind in sorted(after - before))
    if before != after:
        audit(
            "approval.rules",
            team=team,
            actor=actor,
            target=team,
            before={"kinds": sorted(before)},
            after={"kinds": sorted(after)},
        )


@transaction.atomic
def ask(
    kind: ApprovalKind,
    *,
    team: Team,
    subject: models.Model,
    actor: User,
    title: str,
    href: str = "",
    fingerprint: str = "",
    note: str = "",
) -> Approval:
    """Ask the team's admins whether this may go out.

    Asked again for the same `fingerprint`, it is the same question; for another one the old question is withdrawn.
    """
    waiting = _waiting_for(kind, team, subject)
    if waiting is not None:
        if waiting.fingerprint == fingerprint:
            return waiting
        _close(waiting, ApprovalStatus.WITHDRAWN, actor, "It was changed and asked for anew.")
    approval = Approval.objects.create(
        team=team,
        kind=kind.name,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        title=title[:200],
        href=href,
        fingerprint=fingerprint,
        note=note[:1000],
        asked_by=actor,
        expires_at=timezone.now() + timedelta(days=kind.days),
    )
    data = ApprovalAsked(kind.name, approval.title, href, str(actor))
    record_event(APPROVAL_ASKED, team=team, subject=approval, data=data, actor=actor)
    facts = {"kind": kind.name, "fingerprint": fingerprint, "subject": approval.subject_id}
    audit("approval.ask", team=team, actor=actor, target=approval, after=facts)
    return approval


def _waiting_for(kind: ApprovalKind, team: Team, subject: models.Model) -> Approval | None:
    """The open question about this subject. Whoever asks at the same time waits for the team's row."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    rows = Approval.objects.in_team(team).filter(kind=kind.name, subject_id=str(subject.pk))
    found: Approval | None = rows.filter(status=ApprovalStatus.WAITING).select_for_update().first()
    return found


def is_approved(kind: ApprovalKind, *, team: Team, subject: models.Model, fingerprint: str = "") -> bool:
    """Whether the subject, as this fingerprint says that it is now, was approved last time it was asked for."""
    rows = Approval.objects.in_team(team).filter(kind=kind.name, subject_id=str(subject.pk))
    last = rows.order_by("-created_at", "-pk").first()
    return last is not None and last.status == ApprovalStatus.APPROVED and last.fingerprint == fingerprint


def may_decide(approval: Approval, user: User) -> bool:
    """Whether this person may decide: an owner or admin, about what somebody else asked for.

    An owner with nobody beside them who could approve decides about their own things too.
    """
    approvers = dict(
        Membership.objects.in_team(approval.team).filter(role__in=APPROVERS).values_list("user_id", "role")
    )
    if user.pk not in approvers:
        return False
    alone = approvers == {user.pk: Role.OWNER.value}
    return approval.asked_by_id != user.pk or alone


@transaction.atomic
def decide(*, approval: Approval, approve: bool, actor: User, reason: str = "") -> Approval:
    """Approve or decline. Whoever declines says why."""
    _lock_subject(approval)
    locked = _locked(approval)
    check_may(locked.team, actor, Permission.APPROVE)
    if not may_decide(locked, actor):
        raise ApprovalError("You asked for this yourself. Another owner or admin has to decide.")
    if not locked.is_waiting:
        raise ApprovalError(f"This was {locked.get_status_display().lower()} meanwhile.")
    if locked.expires_at <= timezone.now():
        raise ApprovalError("This has expired. It has to be asked for again.")
    if not approve and not reason.strip():
        raise ApprovalError("Say why, so that it can be mended.", field="reason")
    return _close(locked, ApprovalStatus.APPROVED if approve else ApprovalStatus.DECLINED, actor, reason)


@transaction.atomic
def withdraw(*, approval: Approval, actor: User) -> Approval:
    """Take the question back; for whoever asked it."""
    locked = _locked(approval)
    if locked.asked_by_id != actor.pk:
        raise ApprovalError("Only the person who asked can take it back.")
    if not locked.is_waiting:
        raise ApprovalError(f"This was {locked.get_status_display().lower()} meanwhile.")
    return _close(locked, ApprovalStatus.WITHDRAWN, actor, "")


@transaction.atomic
def retract(
    kind: ApprovalKind, *, team: Team, subject: models.Model, actor: User | None, reason: str
) -> None:
    """Withdraw the open question about something that does not go out any more, if there is one."""
    waiting = _waiting_for(kind, team, subject)
    if waiting is not None:
        _close(waiting, ApprovalStatus.WITHDRAWN, actor, reason)


def expire_due(now: datetime | None = None, *, limit: int = 200) -> int:
    """Close what nobody decided about in time; returns how many."""
    due = Approval.objects.filter(status=ApprovalStatus.WAITING, expires_at__lte=now or timezone.now())
    return sum(_expire(pk) for pk in due.order_by("expires_at").values_list("pk", flat=True)[:limit])


@transaction.atomic
def _expire(pk: UUID) -> int:
    waiting = Approval.objects.filter(pk=pk, status=ApprovalStatus.WAITING).first()
    if waiting is None:
        return 0
    _lock_subject(waiting)
    rows = Approval.objects.select_for_update(skip_locked=True, of=("self",)).select_related("team")
    approval = rows.filter(pk=pk, status=ApprovalStatus.WAITING).first()
    if approval is None:
        return 0
    _close(approval, ApprovalStatus.EXPIRED, None, "Nobody decided in time.")
    return 1


def _lock_subject(approval: Approval) -> None:
    """What it is about is locked before the question, as by those who change it and ask anew: so nobody waits in a
    circle."""
    kind = KINDS.get(approval.kind)
    if kind is not None and kind.lock is not None:
        kind.lock(approval)


def _locked(approval: Approval) -> Approval:
    rows = Approval.objects.select_for_update(of=("self",)).select_related("team")
    found: Approval = rows.get(pk=approval.pk)
    return found


def _close(approval: Approval, status: ApprovalStatus, actor: User | None, reason: str) -> Approval:
    """Write the answer, tell the app that waits for it, and put it on record."""
    before = approval.status
    approval.status, approval.reason = status, reason.strip()[:1000]
    approval.decided_by, approval.decided_at = actor, timezone.now()
    approval.save(update_fields=["status", "reason", "decided_by", "decided_at", "updated_at"])
    kind = KINDS.get(approval.kind)
    if kind is not None and status != ApprovalStatus.WITHDRAWN:
        kind.on_decided(approval)
    data = ApprovalDecided(approval.kind, approval.title, approval.href, status.value, approval.reason)
    record_event(APPROVAL_DECIDED, team=approval.team, subject=approval, data=data, actor=actor)
    audit(
        "approval.decide",
        team=approval.team,
        actor=actor,
        target=approval,
        before={"status": before},
        after={"status": status.value, "reason": approval.reason, "fingerprint": approval.fingerprint},
    )
    return approval
