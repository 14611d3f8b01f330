"""How long it is kept what was tried."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from apps.core.retention import define_retention
from apps.library.jobs import start_removal
from apps.library.models import Asset, AssetKind
from apps.publishing.models import (
    Attempt,
    AttemptOutcome,
    LinkClicks,
    PlanImport,
    Target,
    TargetStatus,
)

OVER = (TargetStatus.PUBLISHED, TargetStatus.CANCELLED, TargetStatus.DELETED)
FITTED_AT_ONCE = 1000


def forget_attempts(before: datetime) -> int:
    """Those that ended before and left nothing in doubt; the posts and where they are seen stay."""
    ended = Attempt.objects.filter(ended_at__lt=before, in_doubt="").exclude(outcome=AttemptOutcome.GOING)
    return ended.delete()[0]


def forget_fitted(before: datetime) -> int:
    """Copies that were made for a platform and that no target needs any more; they can be made again."""
    needed = Target.objects.filter(repaired=OuterRef("pk")).exclude(status__in=OVER)
    old = Asset.with_deleted.filter(kind=AssetKind.FITTED, created_at__lt=before).exclude(Exists(needed))
    gone = 0
    for asset in old.select_related("team")[:FITTED_AT_ONCE]:
        with transaction.atomic():
            start_removal(asset.team, [asset.file_id])
            asset.delete()
        gone += 1
    return gone


define_retention(
    "fitted",
    "Copies fitted to a platform",
    days=30,
    reason="Long enough to send a post again; they are made from a file that stays in the library.",
    forget=forget_fitted,
)
define_retention(
    "attempts",
    "Attempts to publish",
    days=365,
    reason="Why a post came late or failed is asked within the season; where it is seen stays with the post.",
    forget=forget_attempts,
)


def forget_plans(before: datetime) -> int:
    """What was read of files; the posts that were made of it stay."""
    return PlanImport.objects.filter(created_at__lt=before).delete()[0]


def forget_clicks(before: datetime) -> int:
    """Numbers of days that nobody compares any more."""
    return LinkClicks.objects.filter(day__lt=before.date()).delete()[0]


define_retention(
    "posting_plans",
    "Posting plans from files",
    days=90,
    reason="They are looked at again as long as their posts go out.",
    forget=forget_plans,
)
define_retention(
    "link_clicks",
    "Clicks on affiliate links",
    days=1095,
    reason="Seasons are compared over the years; they are numbers by day and say nothing about anybody.",
    forget=forget_clicks,
)
