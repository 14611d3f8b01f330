"""Rows as YouTube's resources, by Google's discovery document: 64-bit numbers are strings there."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from apps.sandbox.google.errors import invalid, missing
from apps.sandbox.standin import Call

Resource = dict[str, Any]
THUMBNAILS = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}


def moment(at: datetime) -> str:
    """2026-11-27T12:00:00Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def etag(resource: Any) -> str:
    return hashlib.sha256(json.dumps(resource, sort_keys=True, default=str).encode()).hexdigest()[:27]


def with_etag(resource: Resource) -> Resource:
    return {**resource, "etag": etag(resource)}


def parts_of(call: Call) -> tuple[str, ...]:
    """The parts that are asked for; `part` is required wherever it is known."""
    parts = tuple(part for one in call.query.getlist("part") for part in one.split(",") if part)
    if not parts:
        raise missing("part")
    return parts


def chosen(resource: Resource, call: Call) -> Resource:
    """Only the parts that were asked for, besides kind and id."""
    wanted = {"kind", "id", *parts_of(call)}
    return with_etag({name: value for name, value in resource.items() if name in wanted})


def listing(
    kind: str, call: Call, found: QuerySet[Any], shape: Callable[[Any], Resource], most: int = 50
) -> Resource:
    """A page of rows in the envelope of all lists; `pageToken` says where it begins."""
    size, start = _page_size(call, most), _start(call)
    rows = list(found[start : start + size + 1])
    total = found.count()
    page: Resource = {
        "kind": f"youtube#{kind}",
        "pageInfo": {"totalResults": total, "resultsPerPage": size},
        "items": [shape(row) for row in rows[:size]],
    }
    if len(rows) > size:
        page["nextPageToken"] = _page_token(start + size)
    if start:
        page["prevPageToken"] = _page_token(max(start - size, 0))
    return with_etag(page)


def plain_list(kind: str, items: Iterable[Resource], *, pages: bool = True) -> Resource:
    """A list that is never cut."""
    rows = list(items)
    info = {"pageInfo": {"totalResults": len(rows), "resultsPerPage": len(rows)}} if pages else {}
    return with_etag({"kind": f"youtube#{kind}", **info, "items": rows})


def _page_size(call: Call, most: int) -> int:
    asked = call.query.get("maxResults", "5" if most == 50 else "20")
    if not asked.isdigit() or int(asked) > most:
        raise invalid(
            "invalidValue", f"Invalid value '{asked}'. Values must be within [0, {most}]", "maxResults"
        )
    return int(asked)


def _page_token(start: int) -> str:
    return base64.urlsafe_b64encode(f"at {start}".encode()).decode().rstrip("=")


def _start(call: Call) -> int:
    given = call.query.get("pageToken", "")
    if not given:
        return 0
    try:
        word, _, start = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode().partition(" ")
        if word == "at":
            return int(start)
    except (ValueError, binascii.Error):
        pass
    raise invalid("invalidPageToken", "The request specifies an invalid page token.", "pageToken")


def thumbnails(url: str, sizes: Mapping[str, tuple[int, int]] = THUMBNAILS) -> Resource:
    return {name: {"url": url, "width": width, "height": height} for name, (width, height) in sizes.items()}


def ids_of(call: Call, name: str = "id") -> list[str]:
    return [one for given in call.query.getlist(name) for one in given.split(",") if one]
