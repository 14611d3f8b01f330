"""The one door to the outside: every HTTP call that Showrunner makes goes through here.

headers = {"Authorization": f"Bearer {key}"}
with http.Client("https://api.example.com", headers=headers, secrets=(key,)) as client:
    models = client.get("/v1/models").json()

page = http.fetch(url, max_bytes=5_000_000, allowed_types=("text/html",))
http.download(url, work_dir / "clip.mp4", max_bytes=200_000_000)
"""

from apps.core.http.answers import Response, error_for, retry_after_s
from apps.core.http.body import TooLarge
from apps.core.http.client import Client
from apps.core.http.errors import (
    AddressRefused,
    AuthExpired,
    OutcomeUnknown,
    OutsideError,
    QuotaExceeded,
    RateLimited,
    Rejected,
    Unavailable,
)
from apps.core.http.fetching import Download, WrongType, download, fetch
from apps.core.http.guard import check_public
from apps.core.http.reaching import reach
from apps.core.http.redaction import redact

__all__ = [
    "AddressRefused",
    "AuthExpired",
    "Client",
    "Download",
    "OutcomeUnknown",
    "OutsideError",
    "QuotaExceeded",
    "RateLimited",
    "Rejected",
    "Response",
    "TooLarge",
    "Unavailable",
    "WrongType",
    "check_public",
    "download",
    "error_for",
    "fetch",
    "reach",
    "redact",
    "retry_after_s",
]
