"""How long it is kept what was tried."""

from datetime import datetime

from apps.core.retention import define_retention
from apps.publishing.models import Attempt, AttemptOutcome


def forget_attempts(before: datetime) -> int:
    """Those that ended before and left nothing in doubt; the posts and where they are seen stay."""
    ended = Attempt.objects.filter(ended_at__lt=before, in_doubt="").exclude(outcome=AttemptOutcome.GOING)
    return ended.delete()[0]


define_retention(
    "attempts",
    "Attempts to publish",
    days=365,
    reason="Why a post came late or failed is asked within the season; where it is seen stays with the post.",
    forget=forget_attempts,
)
