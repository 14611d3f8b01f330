"""Small uploads in one request: multipart/related (JSON and bytes), or the bytes alone."""

import json
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from apps.sandbox.google.errors import refusal
from apps.sandbox.standin import Call

LARGEST = 100_000_000  # bytes: what captions may have


def parts_of_body(call: Call) -> tuple[dict[str, Any], bytes, str]:
    """What is said of the file (empty where only bytes came), its bytes, its type."""
    body = read_body(call)
    content_type = call.request.headers.get("Content-Type", "")
    if not content_type.startswith("multipart/"):
        return {}, body, content_type.partition(";")[0]
    message: Message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    )
    parts = message.get_payload()
    if not isinstance(parts, list) or len(parts) != 2:
        raise refusal(400, "badContent", "Expected a metadata part and a media part.", domain="global")
    said, media = parts
    if not isinstance(said, Message) or not isinstance(media, Message):
        raise refusal(400, "badContent", "A part cannot be read.", domain="global")
    try:
        metadata = json.loads(_bytes(said))
    except ValueError as error:
        raise refusal(400, "parseError", "The metadata part is not JSON.", domain="global") from error
    return metadata, _bytes(media), media.get_content_type()


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def read_body(call: Call) -> bytes:
    """The whole body, which must be small."""
    if call.length > LARGEST:
        raise refusal(400, "uploadTooLarge", "The media is too large.", domain="global")
    return call.request.read()
