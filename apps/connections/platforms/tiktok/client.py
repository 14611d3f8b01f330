"""Calls of TikTok's API, whose answers may be failures although their status is 200."""

from typing import Any

from apps.connections.adapters import AppCredentials
from apps.connections.platforms import ALONE
from apps.connections.platforms.tiktok.errors import classify
from apps.core import http

SERVICE = "TikTok"
WEB = "https://www.tiktok.com"


def client(app: AppCredentials, token: str = "", *secrets: str) -> http.Client:
    """A client of the API, signed in where there is a token."""
    return http.Client(
        app.addresses["api"],
        headers={**ALONE, **({"Authorization": f"Bearer {token}"} if token else {})},
        secrets=(token, app.client_secret, *secrets),
        service=SERVICE,
        label="tiktok",
        guard=app.guard,
        classify=classify,
    )


def checked(answer: http.Response) -> dict[str, Any]:
    """The body of an answer that is one. Raises what its error code means."""
    error = classify(answer)
    if error is not None:
        raise error
    return answer.json_object()


def data_of(answer: http.Response) -> dict[str, Any]:
    """The `data` of an answer."""
    data = checked(answer).get("data")
    return data if isinstance(data, dict) else {}


def creator(app: AppCredentials, token: str) -> dict[str, Any]:
    """What the account may do now; TikTok wants it asked before each post."""
    with client(app, token) as service:
        return data_of(service.post("/v2/post/publish/creator_info/query/", json={}, idempotent=True))
