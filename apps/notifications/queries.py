"""Reading notices, and what is known of the people who get them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.notifications.choices import LADDER, OUTSIDE, Channel, Priority
from apps.notifications.models import Alert, Announcement, Contact, Message, Notice, Preference, QuietHours
from apps.notifications.registry import NoticeType
from apps.teams.models import Membership, Team
from apps.teams.roles import PERMISSIONS, Permission, Role


def audience(team: Team, permission: Permission) -> list[User]:
    """The active members whose role includes the permission, the first to join first."""
    roles = [role for role, allowed in PERMISSIONS.items() if permission in allowed]
    members = Membership.objects.in_team(team).filter(role__in=roles, user__is_active=True)
    return [member.user for member in members.select_related("user").order_by("created_at", "pk")]


def operators() -> list[User]:
    """Who looks after the installation."""
    return list(User.objects.filter(is_staff=True, is_active=True).order_by("created_at"))


@dataclass
class Reach:
    """What decides by which channels people hear of one type in one team; read in three queries."""

    kind: NoticeType
    priority: Priority
    wishes: dict[tuple[UUID, str], bool] = field(default_factory=dict)
    contacts: dict[UUID, list[Contact]] = field(default_factory=dict)
    quiet: dict[UUID, QuietHours] = field(default_factory=dict)

    def wants(self, user: User, channel: Channel) -> bool:
        """The person's own word, else what is usual for the type."""
        usual = self.kind.is_on_by_default(channel, self.priority)
        return self.wishes.get((user.pk, channel.value), usual)

    def routes(
        self, user: User, channels: Iterable[Channel] = OUTSIDE
    ) -> list[tuple[Channel, Contact | None]]:
        """Every way outside that the person wants and has; a channel with two browsers is two ways."""
        found: list[tuple[Channel, Contact | None]] = []
        for channel in channels:
            if not self.wants(user, channel):
                continue
            if channel is Channel.EMAIL:
                found.append((channel, None))
            found += [(channel, one) for one in self.contacts.get(user.pk, []) if one.channel == channel]
        return found

    def due_at(self, user: User, now: datetime) -> datetime:
        """Now, or when the person's quiet hours are over."""
        quiet = self.quiet.get(user.pk)
        if quiet is None or (self.priority == Priority.CRITICAL and quiet.critical_passes):
            return now
        return quiet.over_at(now, user.time_zone) or now

    def ladder(self, users: Iterable[User], now: datetime) -> list[tuple[User, Channel]]:
        """Person after person, and for each the channels that they want, can be reached by, and not sleep through.

        What is critical goes by every channel that a person has, unless they said otherwise.
        """
        found: list[tuple[User, Channel]] = []
        for user in users:
            if self.due_at(user, now) > now:
                continue
            for channel in LADDER:
                has = channel is Channel.EMAIL or any(
                    one.channel == channel for one in self.contacts.get(user.pk, [])
                )
                if has and self.wants(user, channel):
                    found.append((user, channel))
        return found


def reach(kind: NoticeType, users: list[User], team: Team | None, priority: Priority) -> Reach:
    ids = [user.pk for user in users]
    wishes = Preference.objects.filter(user__in=ids, team=team, type=kind.name)
    contacts: dict[UUID, list[Contact]] = defaultdict(list)
    usable = Contact.objects.filter(user__in=ids, verified_at__isnull=False, stopped_at=None)
    for contact in usable.order_by("created_at"):
        contacts[contact.user_id].append(contact)
    return Reach(
        kind,
        priority,
        {(wish.user_id, wish.channel): wish.wanted for wish in wishes},
        contacts,
        {quiet.user_id: quiet for quiet in QuietHours.objects.filter(user__in=ids)},
    )


def in_centre(user: User, team: Team | None) -> QuerySet[Notice]:
    """What the person finds in the centre of this team: its notices, and those of no team."""
    place = Q(team=None) if team is None else Q(team=None) | Q(team=team)
    return Notice.objects.filter(place, user=user, shown=True, dismissed_at=None)


def notices(user: User, team: Team, *, type_name: str = "", state: str = "") -> QuerySet[Notice]:
    """The centre's list, newest first: of one type, read, unread, or waiting for acknowledgement (`open`)."""
    found = in_centre(user, team).select_related("alert__acknowledged_by")
    if type_name:
        found = found.filter(type=type_name)
    if state == "unread":
        found = found.filter(read_at=None)
    elif state == "read":
        found = found.exclude(read_at=None)
    elif state == "open":
        found = found.filter(alert__isnull=False, alert__acknowledged_at=None)
    return found.order_by("-last_at", "-pk")


@dataclass(frozen=True)
class Bell:
    """How many unread notices a person has in a team, and whether a critical alert among them waits for an answer."""

    unread: int
    urgent: bool

    @property
    def text(self) -> str:
        return "99+" if self.unread > 99 else str(self.unread)


def bell(user: User, team: Team) -> Bell:
    unread = in_centre(user, team).filter(read_at=None)
    rows = list(unread.order_by().values_list("alert_id", "alert__acknowledged_at")[:101])
    return Bell(len(rows), any(alert is not None and done is None for alert, done in rows))


def messages(
    team: Team, *, user: User | None, channel: str = "", status: str = "", text: str = ""
) -> QuerySet[Message]:
    """The team's delivery log, newest first: everybody's, or one person's, theirs without a team included."""
    found = (
        Message.objects.in_team(team)
        if user is None
        else Message.objects.filter(Q(team=team) | Q(team=None), user=user)
    )
    if channel:
        found = found.filter(channel=channel)
    if status:
        found = found.filter(status=status)
    if text:
        found = found.filter(Q(notice__title__icontains=text) | Q(user__display_name__icontains=text))
    return found.select_related("notice", "user", "contact", "email").order_by("-created_at", "-pk")


def open_alerts(team: Team) -> list[Alert]:
    """Alerts that nobody has acknowledged, newest first."""
    return list(Alert.objects.in_team(team).filter(acknowledged_at=None)[:5])


def contacts_of(user: User) -> list[Contact]:
    return list(Contact.objects.filter(user=user))


def escalation_order(team: Team, wanted: list[str]) -> list[User]:
    """The people of a plan who are still members; without any, the owners and then the admins."""
    members = Membership.objects.in_team(team).filter(user__is_active=True).select_related("user")
    people = list(members.order_by("created_at", "pk"))
    by_id = {str(member.user_id): member.user for member in people}
    chosen = [by_id[user_id] for user_id in wanted if user_id in by_id]
    if chosen:
        return chosen
    return [member.user for role in (Role.OWNER, Role.ADMIN) for member in people if member.role == role]


def calls_of(alert: Alert) -> list[Message]:
    """Every message that the alert sent out, in order."""
    rows = Message.objects.in_team(alert.team).filter(notice__alert=alert)
    return list(rows.select_related("user", "contact", "email").order_by("created_at", "pk"))


@dataclass(frozen=True)
class Rung:
    """One step of an alert's ladder: `called` once it was its turn."""

    user: User
    channel: Channel
    called: bool
    is_next: bool


def ladder_of(alert: Alert) -> list[Rung]:
    """The whole ladder with the people on it; who left meanwhile is left out."""
    people = User.objects.in_bulk([user_id for user_id, _ in alert.ladder], field_name="pk")
    by_id = {str(pk): user for pk, user in people.items()}
    return [
        Rung(by_id[user_id], Channel(channel), n < alert.step, n == alert.step and alert.next_at is not None)
        for n, (user_id, channel) in enumerate(alert.ladder)
        if user_id in by_id
    ]


def announcements() -> QuerySet[Announcement]:
    return Announcement.objects.select_related("team", "author").order_by("-created_at", "-pk")
