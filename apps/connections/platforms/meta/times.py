"""Moments as Meta writes them: the zone without a colon (+0000)."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

CLOCKS_DIFFER = timedelta(minutes=2)


def is_after(text: Any, opened_at: Any) -> bool:
    """Whether `text` is a moment not before `opened_at` (ours, ISO 8601), give or take what clocks differ by."""
    made, opened = _moment(text), _moment(opened_at)
    return made is not None and opened is not None and made >= opened - CLOCKS_DIFFER


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return parse_datetime(str(text or ""))
