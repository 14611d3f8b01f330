"""What operators can change about making videos."""

from django.conf import settings

from apps.flags.registry import Flag, IntSetting

NEW_RUNS = Flag(
    "creation.new_runs",
    title="Start videos",
    summary="Off: nobody starts a new video; those in the making go on.",
    default=True,
)
RUNS_PER_DAY = IntSetting(
    "creation.runs_per_day",
    title="Videos a day",
    summary="How many videos a team may start within 24 hours.",
    default=lambda: settings.RUNS_PER_DAY,
    least=0,
)
RUNS_AT_ONCE = IntSetting(
    "creation.runs_at_once",
    title="Videos at once",
    summary="How many videos of a team may be in the making at the same time.",
    default=lambda: settings.RUNS_AT_ONCE,
    least=1,
    most=1000,
)
