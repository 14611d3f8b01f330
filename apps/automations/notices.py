"""What people are told because an automation says so."""

from apps.notifications.choices import Wording
from apps.notifications.registry import define_notice

TOLD = define_notice(
    "automation.told",
    label=Wording("An automation tells you something", "Eine Automation meldet etwas"),
    group="running",
)
