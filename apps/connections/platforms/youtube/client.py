"""Clients of YouTube's addresses, and what of its answers is read."""

from typing import Any

from apps.connections.adapters import AppCredentials
from apps.connections.platforms import ALONE
from apps.connections.platforms.youtube.errors import classify
from apps.core import http

SERVICE = "YouTube"
WEB = "https://www.youtube.com"


def client(app: AppCredentials, address: str, token: str = "", *secrets: str) -> http.Client:
    """A client of one of the base addresses ("api", "upload", "token", "revoke"), signed in where there is a token."""
    return http.Client(
        app.addresses[address],
        headers={**ALONE, **({"Authorization": f"Bearer {token}"} if token else {})},
        secrets=(token, app.client_secret, *secrets),
        service=SERVICE,
        label="youtube",
        guard=app.guard,
        classify=classify,
    )


def watch_link(app: AppCredentials, video: str) -> str:
    """Where anybody watches a video."""
    return f"{app.addresses.get('web', WEB)}/watch?v={video}"


def items(answer: http.Response) -> list[dict[str, Any]]:
    """The rows of a list answer."""
    found = answer.json_object().get("items")
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def part(row: dict[str, Any], name: str) -> dict[str, Any]:
    """A part of a resource (`snippet`, `status` …), empty where it is missing."""
    found = row.get(name)
    return found if isinstance(found, dict) else {}


def count(value: Any) -> int:
    """A count; YouTube writes large ones as text."""
    return int(value) if str(value).isdigit() else 0
