"""Pictures of accounts, fetched in the background and shown from here: no page of ours asks a platform for one."""

import hashlib
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from apps.connections.models import Connection
from apps.connections.registrations import registration
from apps.connections.registry import PLATFORMS
from apps.core import http

SIDE = 128
LARGEST = 5_000_000
QUALITY = 85


def mark_of(url: str) -> str:
    """What tells one picture from another; empty for none."""
    return hashlib.sha256(url.encode()).hexdigest()[:16] if url else ""


def fetch(connection: Connection) -> bytes | None:
    """The picture as a small square JPEG; None where there is none that can be read. Never raises for what is wrong
    with it: initials stand in its place."""
    url = connection.picture_url
    if not url.startswith(("http://", "https://")):
        return None
    guard = PLATFORMS[connection.platform].how != "oauth" or registration(connection.platform).guard
    try:
        with http.Client(url, guard=guard, timeout_s=10.0, label=connection.platform) as client:
            content = client.get(url, max_bytes=LARGEST).content
        return _small(content)
    except (http.OutsideError, http.AddressRefused):
        return None


def _small(content: bytes) -> bytes | None:
    try:
        with Image.open(BytesIO(content)) as image:
            image.draft("RGB", (SIDE * 2, SIDE * 2))
            side = min(image.size)
            left, top = (image.width - side) // 2, (image.height - side) // 2
            square = image.convert("RGB").crop((left, top, left + side, top + side)).resize((SIDE, SIDE))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    made = BytesIO()
    square.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()
