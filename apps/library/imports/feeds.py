"""Feeds that name videos: RSS and Atom with enclosures, Media RSS, JSON Feed, and plain JSON lists."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from apps.core import http
from apps.jobs.rows import Row
from apps.library.errors import LibraryError

LARGEST_BYTES = 5_000_000
WAIT_S = 15.0
MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM = "{http://www.w3.org/2005/Atom}"
VIDEO_SUFFIXES = (".mp4", ".mov", ".mkv", ".webm", ".m4v", ".avi", ".ts", ".mpg", ".mpeg")
NOTHING = "There is no video in this feed: it needs enclosures or addresses of video files."


def read_feed(url: str, *, most: int) -> list[Row]:
    """The videos of a feed as rows of a table, in its order, at most `most`.

    Asks the address (never inside a transaction). Raises LibraryError where it is no feed, or what `http.fetch` does.
    """
    answer = http.fetch(url, max_bytes=LARGEST_BYTES, timeout_s=WAIT_S)
    rows = [
        Row(number, cells) for number, cells in enumerate(parse_feed(answer.content, answer.url), 1)
    ]  # fmt: skip
    if not rows:
        raise LibraryError(NOTHING, field="feed")
    return rows[:most]


def parse_feed(body: bytes, base: str) -> Iterator[dict[str, str]]:
    """The cells of each video. Raises LibraryError where it can't be read."""
    text = body.lstrip()
    if text[:1] in (b"{", b"["):
        yield from _json(text, base)
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise LibraryError(
            "This address leads to no feed: neither RSS, Atom nor JSON.", field="feed"
        ) from error
    for item in (*root.iter("item"), *root.iter(f"{ATOM}entry")):
        if address := _video_of(item):
            yield {
                "url": urljoin(base, address),
                "title": _text(item, "title", f"{ATOM}title"),
                "description": _text(item, "description", f"{ATOM}summary"),
                "tags": ", ".join(_tags(item)),
            }


def _video_of(item: Any) -> str:
    for link in (*item.iter("enclosure"), *item.iter(f"{MEDIA}content"), *item.iter(f"{ATOM}link")):
        address = link.get("url") or (link.get("href") if link.get("rel") == "enclosure" else "") or ""
        kind = (link.get("type") or "") + (link.get("medium") or "")
        if address and (kind.startswith("video") or (not kind and _looks_like_video(address))):
            return str(address)
    return ""


def _looks_like_video(address: str) -> bool:
    return urlsplit(address).path.lower().endswith(VIDEO_SUFFIXES)


def _text(item: Any, *names: str) -> str:
    for name in names:
        found = item.find(name)
        if found is not None and (text := "".join(found.itertext()).strip()):
            return _plain(text)
    return ""


def _plain(text: str) -> str:
    """Without mark-up: descriptions of feeds are often HTML."""
    if "<" not in text:
        return text
    parser = etree.HTMLParser(no_network=True)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError:
        return text
    return " ".join("".join(root.itertext()).split()) if root is not None else ""


def _tags(item: Any) -> list[str]:
    elements = (*item.iter("category"), *item.iter(f"{ATOM}category"))
    found = [element.get("term") or element.text or "" for element in elements]
    return [tag.strip() for tag in found if tag.strip()]


def _json(text: bytes, base: str) -> Iterator[dict[str, str]]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise LibraryError("This feed is no valid JSON.", field="feed") from error
    items = data.get("items", data.get("videos", [])) if isinstance(data, dict) else data
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and (address := _video_of_json(item)):
            tags = item.get("tags")
            yield {
                "url": urljoin(base, address),
                "title": str(item.get("title") or ""),
                "description": str(
                    item.get("description") or item.get("summary") or item.get("content_text") or ""
                ),
                "tags": ", ".join(str(tag) for tag in tags) if isinstance(tags, list) else "",
                "language": str(item.get("language") or ""),
            }


def _video_of_json(item: dict[str, Any]) -> str:
    attachments = item.get("attachments")
    for one in attachments if isinstance(attachments, list) else []:
        if isinstance(one, dict) and str(one.get("mime_type", "")).startswith("video/"):
            return str(one.get("url") or "")
    address = str(item.get("video_url") or item.get("url") or "")
    return address if "video_url" in item or _looks_like_video(address) else ""
