"""What the Graph API says with each answer of its budgets: percent of an hour, of the application and of an account.

Source: "Rate limits" (heads X-App-Usage and X-Business-Use-Case-Usage); one should hold back from 80 percent on.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from apps.connections.adapters import Heard
from apps.connections.capabilities import Bucket, Cost

HEARD_S = 300  # how long a word about a budget counts: what was used an hour ago comes back bit by bit
APP, ACCOUNT = "app_calls", "calls"
BUCKETS = (
    Bucket(APP, "Calls of the application, percent", 100, "app", "sliding", window_s=HEARD_S, told=True),
    Bucket(ACCOUNT, "Calls of the account, percent", 100, "account", "sliding", window_s=HEARD_S, told=True),
)
ROOM = (Cost(APP, 20), Cost(ACCOUNT, 20))
"""What has to be free before a post is begun."""

_SHARES = ("call_count", "total_cputime", "total_time")


def heard_in(headers: Mapping[str, str]) -> Iterator[Heard]:
    """Each budget that the heads of an answer speak of; what is not understood is left out."""
    app = _object(headers.get("x-app-usage", ""))
    if app:
        yield Heard(APP, _share(app))
    used = [
        one for rows in _object(headers.get("x-business-use-case-usage", "")).values() for one in _rows(rows)
    ]
    if used:
        fullest = max(used, key=_share)
        minutes = _number(fullest.get("estimated_time_to_regain_access"))
        yield Heard(ACCOUNT, _share(fullest), minutes * 60 or None)


def _share(usage: Mapping[str, Any]) -> float:
    """The fullest of its three counts: any of them closes the door."""
    return max(_number(usage.get(name)) for name in _SHARES) / 100


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _number(value: Any) -> float:
    return max(float(value), 0.0) if isinstance(value, int | float) else 0.0
