"""Critical alerts: from channel to channel and person to person, until somebody acknowledges them (NTF-05)."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.core import locks
from apps.notifications import queries
from apps.notifications.bells import ring
from apps.notifications.choices import Channel, Priority
from apps.notifications.errors import NoticeError
from apps.notifications.models import Alert, EscalationPlan, Message, MessageStatus, Notice
from apps.notifications.queries import Reach
from apps.teams.models import Team

WAIT_MINUTES = 5


def raise_alert(team: Team, kind: str, title: str, subject_id: str) -> tuple[Alert, bool]:
    """A new alert, or the one about the same subject that nobody has acknowledged yet; the caller holds the lock."""
    same = Alert.objects.in_team(team).filter(type=kind, subject_id=subject_id, acknowledged_at=None)
    known = same.first() if subject_id else None
    if known is not None:
        Alert.objects.filter(pk=known.pk).update(repeats=F("repeats") + 1)
        return known, False
    return Alert.objects.create(team=team, type=kind, title=title, subject_id=subject_id), True


def begin(alert: Alert, reach: Reach) -> None:
    """Fix the ladder and take its first step. Only people who were told can be called."""
    told = {notice.user_id for notice in alert.notices.all()}
    plan = EscalationPlan.objects.in_team(alert.team).first()
    order = queries.escalation_order(alert.team, plan.order if plan else [])
    called = [user for user in order if user.pk in told]
    ladder = reach.ladder(called, timezone.now())
    alert.ladder = [[str(user.pk), channel.value] for user, channel in ladder]
    alert.next_at = timezone.now() if ladder else None
    alert.save(update_fields=["ladder", "next_at", "updated_at"])
    if ladder:
        _climb(alert, plan.wait_minutes if plan else WAIT_MINUTES)


def escalate_due() -> int:
    """Take the next step of every alert that nobody answered in time; returns how many."""
    due = Alert.objects.filter(acknowledged_at=None, next_at__lte=timezone.now())
    return sum(_escalate(alert) for alert in due.order_by("next_at")[:100])


@transaction.atomic
def _escalate(found: Alert) -> bool:
    alert = Alert.objects.select_for_update(no_key=True).get(pk=found.pk)
    if not alert.is_open or alert.next_at is None or alert.next_at > timezone.now():
        return False
    plan = EscalationPlan.objects.in_team(alert.team).first()
    _climb(alert, plan.wait_minutes if plan else WAIT_MINUTES)
    return True


def _climb(alert: Alert, wait_minutes: int) -> None:
    """Call the person of this step by its channel, or the next who can still be called."""
    from apps.notifications.services.telling import hand_out, message_for  # telling begins alerts

    rows: list[Message] = []
    while alert.step < len(alert.ladder) and not rows:
        user_id, channel = alert.ladder[alert.step]
        alert.step += 1
        notice = alert.notices.filter(user=user_id).select_related("user", "team").first()
        if notice is None:
            continue
        contacts = queries.contacts_of(notice.user)
        usable = [one for one in contacts if one.channel == channel and one.is_usable]
        ways = [None] if channel == Channel.EMAIL else usable
        rows = [message_for(notice, Channel(channel), contact, timezone.now()) for contact in ways]
    left = alert.step < len(alert.ladder)
    alert.next_at = timezone.now() + timedelta(minutes=wait_minutes) if left else None
    alert.save(update_fields=["step", "next_at", "updated_at"])
    hand_out(rows, urgent=True)


@transaction.atomic
def acknowledge(*, alert: Alert, actor: User) -> Alert:
    """Say that one looks after it: nobody else is called. Raises NoticeError where somebody was quicker."""
    locked = Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    if not locked.is_open:
        raise NoticeError(f"{locked.acknowledged_by or 'Somebody'} has acknowledged this already.")
    now = timezone.now()
    locked.acknowledged_at, locked.acknowledged_by, locked.next_at = now, actor, None
    locked.save(update_fields=["acknowledged_at", "acknowledged_by", "next_at", "updated_at"])
    notices = Notice.objects.filter(alert=locked)
    waiting = Message.objects.filter(notice__in=notices, status=MessageStatus.WAITING)
    waiting.update(status=MessageStatus.DROPPED, reason=f"{actor} acknowledged the alert before.")
    notices.filter(read_at=None).update(read_at=now)
    ring(notices.values_list("user_id", flat=True), locked.team)
    after = {"response_s": round(locked.response_s or 0)}
    audit("alert.acknowledge", team=locked.team, actor=actor, target=locked, after=after)
    return locked


@transaction.atomic
def change_plan(*, team: Team, order: list[str], wait_minutes: int, actor: User) -> EscalationPlan:
    """Who is called after whom (ids of members), and how long each has to answer."""
    locks.hold(f"notifications.plan:{team.pk}")
    plan = EscalationPlan.objects.in_team(team).first() or EscalationPlan(team=team)
    before = {"order": plan.order, "wait_minutes": plan.wait_minutes}
    members = {str(pk) for pk in team.memberships.values_list("user_id", flat=True)}
    plan.order = [user_id for user_id in dict.fromkeys(order) if user_id in members]
    plan.wait_minutes = wait_minutes
    plan.save()
    after = {"order": plan.order, "wait_minutes": wait_minutes}
    if before != after:
        audit("alert.plan_change", team=team, actor=actor, target=plan, before=before, after=after)
    return plan


def send_test(*, team: Team, actor: User) -> Alert:
    """An alert that is none, so that a team sees who is called and how. Raises NoticeError where one is open."""
    from apps.notifications.notices import TEST_ALERT, test_words
    from apps.notifications.services.telling import notify

    words = test_words(team, actor)
    with transaction.atomic():
        if Alert.objects.in_team(team).filter(type=TEST_ALERT.name, acknowledged_at=None).exists():
            raise NoticeError("A test is on its way already. Acknowledge it first.")
        users = queries.audience(team, TEST_ALERT.permission)
        notices = notify(
            TEST_ALERT, team=team, users=users, title=words.title, body=words.body, subject=team,
            priority=Priority.CRITICAL,
        )  # fmt: skip
    found = next((notice.alert for notice in notices if notice.alert), None)
    if found is None:
        raise NoticeError("There is nobody in this team who could be called.")
    return found
