"""Pictures of accounts and videos that have none: an initial on a plate of their own colour."""

import hashlib
from html import escape


def plate(name: str, *, wide: bool) -> str:
    """SVG, square or 16:9."""
    hue = int.from_bytes(hashlib.sha256(name.encode()).digest()[:2], "big") % 360
    width, height = (480, 270) if wide else (96, 96)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="hsl({hue} 45% 38%)"/>'
        f'<text x="50%" y="50%" dy=".35em" text-anchor="middle" font-family="sans-serif" font-size="{height // 2}"'
        f' fill="#fff">{escape(name[:1].upper())}</text></svg>'
    )
