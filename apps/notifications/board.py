"""What the pages of a person's own settings show."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from apps.accounts.models import User
from apps.notifications import queries
from apps.notifications.channels import telegram
from apps.notifications.choices import Channel, Priority
from apps.notifications.models import Contact, Preference
from apps.notifications.registry import GROUPS, NOTICE_TYPES, NoticeType
from apps.teams.models import Team


@dataclass(frozen=True)
class Cell:
    """One box of the table: its value in the form, and whether it is ticked."""

    value: str
    label: str
    wanted: bool


@dataclass(frozen=True)
class Row:
    kind: NoticeType
    label: str
    cells: list[Cell]

    @property
    def is_critical(self) -> bool:
        return self.kind.priority >= Priority.CRITICAL


@dataclass(frozen=True)
class Board:
    """The table of types and channels: `groups` of rows, and the channels that the person could still connect."""

    channels: list[Channel]
    groups: list[tuple[str, list[Row]]]
    missing: list[Channel]


def channels_of(user: User) -> list[Channel]:
    """The channels by which this person can be reached: studio and e-mail, and those that they connected."""
    connected = {contact.channel for contact in queries.contacts_of(user) if contact.is_usable}
    return [
        channel
        for channel in Channel
        if channel in (Channel.STUDIO, Channel.EMAIL) or channel.value in connected
    ]


def board(user: User, team: Team) -> Board:
    channels = channels_of(user)
    wishes = {
        (wish.team_id, wish.type, wish.channel): wish.wanted for wish in Preference.objects.filter(user=user)
    }
    groups = []
    for name, words in GROUPS.items():
        kinds = [kind for kind in NOTICE_TYPES.values() if kind.group == name]
        rows = [_row(kind, user, team, channels, wishes) for kind in kinds]
        if rows:
            groups.append((words.in_language(user.language), rows))
    missing = [channel for channel in Channel if channel not in channels]
    return Board(channels, groups, missing)


def _row(
    kind: NoticeType,
    user: User,
    team: Team,
    channels: Iterable[Channel],
    wishes: dict[tuple[object, str, str], bool],
) -> Row:
    place = team.pk if kind.per_team else None
    label = kind.label.in_language(user.language)
    cells = [
        Cell(
            f"{kind.name}:{channel.value}",
            f"{label}: {channel.label}",
            wishes.get((place, kind.name, channel.value), kind.is_on_by_default(channel)),
        )
        for channel in channels
    ]
    return Row(kind, label, cells)


@dataclass(frozen=True)
class Shown:
    """A contact on the page; `link` opens Telegram with its code, `waits` while it is not proved."""

    contact: Contact
    waits: bool
    link: str = ""


def contacts_by_channel(user: User) -> dict[str, list[Shown]]:
    """The person's contacts; codes that ran out are left out."""
    found: dict[str, list[Shown]] = {channel.value: [] for channel in Channel}
    for contact in queries.contacts_of(user):
        waits = contact.verified_at is None
        if waits and (contact.code_until is None or contact.code_until < timezone.now()):
            continue
        is_chat = waits and contact.channel == Channel.TELEGRAM
        link = telegram.link_address(contact.code) if is_chat else ""
        found[contact.channel].append(Shown(contact, waits, link))
    return found
