"""A Jitsi server: the form of its address, what its tokens are signed with, and whether it is one at all."""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from apps.connections.adapters import AppCredentials
from apps.connections.platforms.jitsi.errors import WrongServer
from apps.core import http
from apps.core.http.body import read_limited
from apps.core.http.guard import check_url

LONGEST = 300
SCRIPT = "external_api.js"  # by which its rooms are embedded (handbook, "IFrame API")
MARK = b"JitsiMeetExternalAPI"
BEGINNING, LARGEST = 64_000, 5_000_000  # bytes: the mark stands at the script's beginning
TIMEOUT_S = 15.0
_APP_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
_SECRET = re.compile(r"\S{8,200}")
_LOOKS = "It looks like https://meet.example.com."


def read_address(app: AppCredentials, text: str) -> str:
    """The address in its usual form, without a slash at its end. Raises WrongServer with what is wrong with it.

    It is https, for browsers give no camera to anything else; only what the operator's settings name may differ.
    """
    text = text.strip().rstrip("/")
    whole = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(check_url(whole))
    except http.AddressRefused as error:
        raise WrongServer(f"This is not a web address. {_LOOKS}", field="address") from error
    if parts.query or parts.fragment or len(whole) > LONGEST:
        raise WrongServer(f"Enter the address of the server alone. {_LOOKS}", field="address")
    if parts.scheme != "https" and not is_own(app, whole):
        raise WrongServer("The address begins with https://.", field="address")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}"


def read_keys(app_id: str, secret: str) -> tuple[str, str]:
    """App id and secret of its tokens, both or neither. Raises WrongServer."""
    app_id, secret = app_id.strip(), secret.strip()
    if app_id and not secret:
        raise WrongServer("An app id goes with its secret.", field="secret")
    if secret and not app_id:
        raise WrongServer("A secret goes with its app id.", field="app_id")
    if app_id and not _APP_ID.fullmatch(app_id):
        raise WrongServer("An app id has letters, digits and . _ - only.", field="app_id")
    if secret and not _SECRET.fullmatch(secret):
        raise WrongServer("The secret has no spaces, and 8 to 200 characters.", field="secret")
    return app_id, secret


def fingerprint(address: str, app_id: str) -> str:
    """What tells two of them apart."""
    return hashlib.sha256(f"{address}\n{app_id}".encode()).hexdigest()[:40]


def is_own(app: AppCredentials, address: str) -> bool:
    """Whether the operator's settings name the address, so that it may be a private one."""
    own = (base.rstrip("/") for base in app.addresses.values())
    return not app.guard and any(f"{address}/".startswith(f"{base}/") for base in own)


def check(app: AppCredentials, address: str) -> None:
    """Ask for the script by which its rooms are embedded. Raises AddressRefused for private addresses, WrongServer
    where something else than Jitsi answers, and an OutsideError where nobody does."""
    host = urlsplit(address).netloc
    guard = not is_own(app, address)
    with (
        http.Client(address, timeout_s=TIMEOUT_S, service=host, label="jitsi", guard=guard) as client,
        client.stream("GET", SCRIPT, headers={"Accept-Encoding": "identity"}) as (head, chunks),
    ):
        if head.status >= 400:
            raise http.error_for(head)
        if head.status >= 300:
            raise WrongServer(f"{host} leads to another address. Enter that one.", field="address")
        if MARK not in _beginning(head, chunks):
            raise WrongServer(f"{host} answers, but not as a Jitsi server does.", field="address")


def _beginning(head: http.Response, chunks: Iterator[bytes]) -> bytes:
    """So much of the script as is needed to know it."""
    read = b""
    for piece in read_limited(chunks, head.headers.get("content-encoding", ""), LARGEST):
        read += piece
        if MARK in read or len(read) > BEGINNING:
            break
    return read
