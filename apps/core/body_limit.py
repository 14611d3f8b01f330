"""The largest request that is read at all. Django's own limits come after the body lies on the disk already."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]  # Django's and Channels' own types differ in details

SENTENCE = b"This request is larger than anything that may be sent here. Nothing was saved."
TOAST = b'{"toast": {"message": "This is larger than anything that may be sent here.", "level": "error"}}'
HEADERS = [(b"content-type", b"text/plain; charset=utf-8"), (b"hx-trigger", TOAST), (b"connection", b"close")]


class BodyLimit:
    """An ASGI layer: 413 for a body that says it is larger than settings.LARGEST_BODY_BYTES, and an end to one that
    turns out to be."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if _announced(scope) > settings.LARGEST_BODY_BYTES:
            await send({"type": "http.response.start", "status": 413, "headers": HEADERS})
            await send({"type": "http.response.body", "body": SENTENCE})
            return
        await self.application(scope, _counted(receive), send)


def _announced(scope: MutableMapping[str, Any]) -> int:
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0


def _counted(receive: Receive) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return {"type": "http.disconnect"} if read > settings.LARGEST_BODY_BYTES else message

    return counted
