"""What a person wants to hear, by which channel, and when not (NTF-03)."""

from collections.abc import Collection
from datetime import time

from django.db import transaction

from apps.accounts.models import User
from apps.notifications.choices import Channel
from apps.notifications.models import Preference, QuietHours
from apps.notifications.optout import OptOut
from apps.notifications.registry import NOTICE_TYPES, NoticeType
from apps.teams.models import Team


@transaction.atomic
def choose(*, user: User, team: Team | None, kind: NoticeType, channel: Channel, wanted: bool) -> None:
    """Keep the wish; what is usual for the type needs no row."""
    place = Preference.objects.filter(user=user, team=team, type=kind.name, channel=channel)
    if wanted == kind.is_on_by_default(channel):
        place.delete()
    elif not place.update(wanted=wanted):
        row = Preference(user=user, team=team, type=kind.name, channel=channel, wanted=wanted)
        Preference.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["user", "team", "type", "channel"],
            update_fields=["wanted"],
        )


@transaction.atomic
def choose_all(
    *, user: User, team: Team, wanted: Collection[tuple[str, Channel]], channels: Collection[Channel]
) -> None:
    """The whole table of one team: of these channels exactly the (type, channel) in `wanted` are on."""
    for kind in NOTICE_TYPES.values():
        for channel in channels:
            place = team if kind.per_team else None
            choose(user=user, team=place, kind=kind, channel=channel, wanted=(kind.name, channel) in wanted)


def keep_quiet(*, user: User, begins: time | None, ends: time | None, critical_passes: bool) -> None:
    """Set the person's quiet hours, or drop them where no times are given."""
    if begins is None or ends is None:
        QuietHours.objects.filter(user=user).delete()
        return
    values = {"begins": begins, "ends": ends, "critical_passes": critical_passes}
    QuietHours.objects.update_or_create(user=user, defaults=values)


def opt_out(wish: OptOut) -> bool:
    """Stop e-mails of this type from this team for this person; False where there is no such thing any more."""
    user = User.objects.filter(pk=wish.user_id).first()
    team = Team.objects.filter(pk=wish.team_id).first() if wish.team_id else None
    kind = NOTICE_TYPES.get(wish.type)
    if user is None or kind is None or (wish.team_id and team is None):
        return False
    choose(user=user, team=team, kind=kind, channel=Channel.EMAIL, wanted=False)
    return True
