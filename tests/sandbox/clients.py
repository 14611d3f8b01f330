"""A plain HTTP client of the tests, and a person who consents."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from django.test import Client

from apps.sandbox.models import Account

BACK = "https://studio.example/back/"
VERIFIER = "a-verifier-of-the-tests-that-is-long-enough-for-rfc-7636"


def mp4(duration_s: float = 12.0, width: int = 1080, height: int = 1920, size: int = 0) -> bytes:
    """The boxes of an MP4 that tell its length and sides, filled up to `size` bytes."""
    mvhd = (
        bytes(4)
        + bytes(8)
        + (1000).to_bytes(4, "big")
        + int(duration_s * 1000).to_bytes(4, "big")
        + bytes(80)
    )
    tkhd = bytes(76) + (width << 16).to_bytes(4, "big") + (height << 16).to_bytes(4, "big")
    moov = box(b"moov", box(b"mvhd", mvhd) + box(b"trak", box(b"tkhd", tkhd)))
    head = box(b"ftyp", b"isom" + bytes(4) + b"isomavc1") + moov
    return head + box(b"mdat", bytes(max(size - len(head) - 8, 16)))


def box(name: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + name + body


def challenge(hexadecimal: bool = False) -> str:
    hashed = hashlib.sha256(VERIFIER.encode()).digest()
    return hashed.hex() if hexadecimal else base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


@dataclass
class Api:
    """Calls one stand-in with a token."""

    base: str
    token: str = ""

    def __call__(self, method: str, path: str, **content: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= content.pop("headers", {})
        url = path if path.startswith("http") else f"{self.base}/{path}"
        return httpx.request(method, url, headers=headers, timeout=10, **content)


def consent(authorize_url: str, account: Account | None = None, **more: Any) -> dict[str, str]:
    """Open the address as a browser would, choose the account, allow; what the application is sent back."""
    browser = Client()
    parts = urlsplit(authorize_url)
    page = browser.get(f"{parts.path}?{parts.query}", follow=True)
    assert page.status_code == 200, page.content
    scopes = page.context["asked"].scopes
    chosen = (
        str(account.pk) if account else "new" if "name" in more else page.context["form"]["account"].initial
    )
    answer = browser.post(
        page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"],
        {"account": chosen, "scopes": scopes, **more},
    )
    assert answer.status_code == 302, answer.content
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def address(base: str, **query: str) -> str:
    return f"{base}?{urlencode(query)}"


def reason(answer: httpx.Response) -> str:
    """Of a refusal of Google's."""
    return str(answer.json()["error"]["errors"][0]["reason"])
