"""Sending what was uploaded: in blocks, in ranges, and never as something that a browser would run."""

import asyncio
from collections.abc import AsyncIterator, Generator

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from apps.core.ranges import Span, Unsatisfiable, asked_span
from apps.sandbox import files

BLOCK_BYTES = 512 * 1024
SHOWN = ("video/mp4", "video/quicktime", "video/webm", "image/jpeg", "image/png")


def serve(request: HttpRequest, name: str, content_type: str) -> HttpResponseBase:
    """A kept file, or the range of it that was asked for. What it is said to be counts only where it can be shown."""
    if not name or not files.path(name).is_file():
        raise Http404
    size = files.path(name).stat().st_size
    kind = content_type if content_type in SHOWN else "application/octet-stream"
    headers = {"Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff"}
    try:
        span = asked_span(request.headers.get("Range", ""), size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    wanted = span or Span(0, size - 1)
    headers["Content-Length"] = str(wanted.length)
    if span is not None:
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    blocks = _blocks_async if isinstance(request, ASGIRequest) else _blocks
    return StreamingHttpResponse(
        blocks(name, wanted), status=206 if span else 200, content_type=kind, headers=headers
    )


def _blocks(name: str, span: Span) -> Generator[bytes, None, None]:
    left = span.length
    with files.path(name).open("rb") as file:
        file.seek(span.first)
        while left > 0 and (block := file.read(min(BLOCK_BYTES, left))):
            left -= len(block)
            yield block


async def _blocks_async(name: str, span: Span) -> AsyncIterator[bytes]:
    """Read in threads, so that nobody waits for the disk."""
    blocks = _blocks(name, span)
    try:
        while block := await asyncio.to_thread(next, blocks, None):
            yield block
    finally:
        blocks.close()
