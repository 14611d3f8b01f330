"""What the stand-ins read of what they keep."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from apps.sandbox.models import Account, Comment, Fault, LoggedCall, Upload, Video

SHOWN_ACCOUNTS = 50


def video(platform: str, external_id: str) -> Video | None:
    """A video that is there, whoever may see it."""
    return (
        Video.objects.select_related("account")
        .filter(account__platform=platform, external_id=external_id, deleted_at=None)
        .first()
    )


def public_videos(platform: str = "", account: Account | None = None) -> QuerySet[Video]:
    """What anybody may see, the newest first."""
    now = timezone.now()
    found = Video.objects.select_related("account").filter(
        deleted_at=None, failure="", published_at__lte=now, processed_at__lte=now
    )
    if platform:
        found = found.filter(account__platform=platform)
    return found.filter(account=account) if account else found


def upload(kind: str | tuple[str, ...], key: str) -> Upload | None:
    """An upload by the secret of its address."""
    kinds = (kind,) if isinstance(kind, str) else kind
    return Upload.objects.select_related("account").filter(kind__in=kinds, key=key).first()


def videos_today(account: Account) -> int:
    """How many were uploaded within 24 hours, those that were taken down included."""
    return Video.objects.filter(account=account, created_at__gt=timezone.now() - timedelta(days=1)).count()


def views(one: Video) -> int:
    """How often it was seen: grows with its age, at a pace of its own."""
    if not one.is_public or one.published_at is None:
        return 0
    hours = max((timezone.now() - one.published_at).total_seconds() / 3600, 0.0)
    pace = 20 + int.from_bytes(one.external_id.encode()[-2:], "big") % 400
    return int(pace * hours**0.8)


def likes(one: Video) -> int:
    return views(one) // 14


def account(external_id: str) -> Account | None:
    return Account.objects.filter(external_id=external_id).first()


def accounts() -> QuerySet[Account]:
    """Everybody there is, at whichever platform."""
    return Account.objects.order_by("platform", "name")


def any_video(external_id: str) -> Video | None:
    """A video of any platform that was not taken down."""
    return Video.objects.select_related("account").filter(external_id=external_id, deleted_at=None).first()


def can_be_watched(one: Video) -> bool:
    """Whether whoever has the link sees it: what is public, and what is unlisted."""
    return one.is_public or (one.privacy == "unlisted" and one.is_processed)


def shown_comments(one: Video) -> QuerySet[Comment]:
    """What stands below it for everybody, with replies."""
    shown = Q(moderation__in=("", "published"), hidden=False)
    return one.comments.filter(shown, parent=None).prefetch_related("replies")


@dataclass(frozen=True)
class Overview:
    """An account on the panel, with what it has."""

    account: Account
    videos: int
    grants: int

    @property
    def kind(self) -> str:
        """Platform and kind in one."""
        return f"{self.account.platform} {self.account.kind}"


def overview() -> list[Overview]:
    """All accounts, those that were used first."""
    found = Account.objects.annotate(
        n_videos=Count("videos", filter=Q(videos__deleted_at=None), distinct=True),
        n_grants=Count("grants", filter=Q(grants__revoked_at=None), distinct=True),
    ).order_by("-n_videos", "-n_grants", "platform", "name", "id")
    return [Overview(one, one.n_videos, one.n_grants) for one in found[:SHOWN_ACCOUNTS]]


def faults() -> QuerySet[Fault]:
    """What goes wrong now; what has happened as often as it was to is over."""
    return Fault.objects.select_related("account").exclude(remaining=0)


def calls(*, platform: str = "", failed: bool = False) -> QuerySet[LoggedCall]:
    """The log of calls, the newest first."""
    found = LoggedCall.objects.select_related("account").order_by("-created_at", "-id")
    if platform:
        found = found.filter(platform=platform)
    return found.filter(status__gte=400) if failed else found
