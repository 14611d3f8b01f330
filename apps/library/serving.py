"""Sending stored files: in blocks, in ranges, with a name, and never as something that a browser would run."""

import asyncio
import logging
from collections.abc import AsyncIterator, Generator, Iterator

from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils import timezone
from django.utils.http import content_disposition_header, parse_etags
from django.utils.text import slugify

from apps.core.ranges import Span, Unsatisfiable, asked_span
from apps.library import links
from apps.library.models import Asset, AssetKind, StoredFile

logger = logging.getLogger(__name__)

BLOCK_BYTES = 512 * 1024
SHOWN_INLINE = ("video/", "audio/", "image/", "text/vtt")
SPEAK_FOR_THEMSELVES = (AssetKind.RENDITION, AssetKind.CAPTION, AssetKind.THUMBNAIL)
LINK_KEPT_S = 600  # less than any link is good for
KEEP_S = 3600  # bytes never change under an address; rights may


def serve(request: HttpRequest, asset: Asset) -> HttpResponseBase:
    """The asset's bytes, or the range of them that was asked for (206, 416, 304). Http404 where they are gone.

    Pictures and sound that are not downloaded come from the content delivery network, where there is one.
    """
    download = "download" in request.GET
    sent_there = (
        asset.file.content_type.startswith(links.SENT_BY_NETWORK) and "svg" not in asset.file.content_type
    )
    if links.is_on() and sent_there and not download:
        answer = HttpResponseRedirect(links.address_of(asset.file, timezone.now()))
        answer["Cache-Control"] = f"private, max-age={LINK_KEPT_S}"
        return answer
    disposition = _disposition(asset, download=download)
    return serve_stored(request, asset.file, disposition=disposition)


def serve_stored(
    request: HttpRequest,
    stored: StoredFile,
    *,
    disposition: str = "inline",
    keep: str = f"private, max-age={KEEP_S}",
) -> HttpResponseBase:
    """The bytes of a stored file, for whoever was let in before."""
    etag = f'"{stored.sha256}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": keep,
        "X-Content-Type-Options": "nosniff",
    }
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers=headers)
    try:
        span = _span(request, etag, stored.size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{stored.size}"})
    if span is not None:
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{stored.size}"
    wanted = span or Span(0, stored.size - 1)
    headers["Content-Length"] = str(wanted.length)
    headers["Content-Disposition"] = disposition
    status = 206 if span else 200
    if not default_storage.exists(stored.path):
        logger.error("the bytes of %s are missing at %s", stored, stored.path)
        raise Http404("The file's bytes are missing")
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=stored.content_type, headers=headers)
    return StreamingHttpResponse(
        _stream(request, stored, wanted), status=status, content_type=stored.content_type, headers=headers
    )


def _span(request: HttpRequest, etag: str, size: int) -> Span | None:
    """What to send. A range for another version of the file (If-Range) means the whole of this one."""
    condition = request.headers.get("If-Range")
    if condition is not None and condition.strip() != etag:
        return None
    return asked_span(request.headers.get("Range", ""), size)


def download_name(asset: Asset) -> str:
    """A file name for people: the video's title, what the asset is, and the suffix of its bytes."""
    words = [asset.video.title, asset.title] if asset.video else [asset.title or asset.get_kind_display()]
    if asset.video and asset.kind in SPEAK_FOR_THEMSELVES:
        words = words[:1]
    marks = [asset.format, asset.language if asset.kind == AssetKind.CAPTION else ""]
    if asset.kind == AssetKind.THUMBNAIL:
        marks = ["thumbnail", str(asset.position + 1)]
    stem = slugify(" ".join(words), allow_unicode=True)[:80] or asset.kind
    return f"{'-'.join([stem, *filter(None, marks)])}.{_suffix(asset.file)}"


def _suffix(stored: StoredFile) -> str:
    return stored.path.rpartition(".")[2]


def _disposition(asset: Asset, *, download: bool) -> str:
    shown = asset.file.content_type.startswith(SHOWN_INLINE) and "svg" not in asset.file.content_type
    return content_disposition_header(download or not shown, download_name(asset)) or "inline"


def _stream(request: HttpRequest, stored: StoredFile, span: Span) -> Iterator[bytes] | AsyncIterator[bytes]:
    """The bytes in blocks. Under ASGI they are read in threads, so that memory stays constant and nobody waits."""
    return _blocks_async(stored, span) if isinstance(request, ASGIRequest) else _blocks(stored, span)


def _blocks(stored: StoredFile, span: Span) -> Generator[bytes, None, None]:
    left = span.length
    if read_range := getattr(default_storage, "read_range", None):  # a bucket: see core.storage
        yield from read_range(stored.path, span.first, left, block_bytes=BLOCK_BYTES)
        return
    with stored.open() as file:
        file.seek(span.first)
        while left > 0 and (block := file.read(min(BLOCK_BYTES, left))):
            left -= len(block)
            yield block


async def _blocks_async(stored: StoredFile, span: Span) -> AsyncIterator[bytes]:
    blocks = _blocks(stored, span)
    try:
        while block := await asyncio.to_thread(next, blocks, None):
            yield block
    finally:
        blocks.close()
