"""The words of tus 1.0.0, the protocol of resumable uploads (https://tus.io/protocols/resumable-upload)."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.library.errors import LibraryError

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,checksum,expiration"
BODY_TYPE = "application/offset+octet-stream"
# hashlib would name many more, some of them no good for this.
ALGORITHMS = ("sha256", "sha1", "md5")
LONGEST_METADATA = 4096  # characters of the header


class BadRequest(LibraryError):
    """The client does not speak the protocol."""


@dataclass(frozen=True)
class Checksum:
    """What the client says of the bytes that it sends now."""

    algorithm: str
    digest: bytes

    def new(self) -> Any:
        """A hash object to be fed with what arrives."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def read_checksum(header: str) -> Checksum | None:
    """The value of Upload-Checksum, `<algorithm> <base64>`; None where there is none. Raises BadRequest."""
    if not header:
        return None
    algorithm, _, text = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadRequest(f"Upload-Checksum may be of {', '.join(ALGORITHMS)}, not {algorithm[:20]!r}.")
    return Checksum(algorithm, _decoded(text, "Upload-Checksum"))


def read_metadata(header: str) -> dict[str, str]:
    """The pairs of Upload-Metadata, `name <base64>` between commas; a name alone has no value. Raises BadRequest."""
    if len(header) > LONGEST_METADATA:
        raise BadRequest(f"Upload-Metadata is longer than {LONGEST_METADATA} characters.")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, text = pair.partition(" ")
        if name in found:
            raise BadRequest(f"Upload-Metadata says {name[:40]!r} twice.")
        found[name] = _decoded(text, "Upload-Metadata").decode("utf-8", errors="replace")
    return found


def read_number(headers: Mapping[str, str], name: str) -> int:
    """A header that is a whole number from 0 on. Raises BadRequest."""
    text = headers.get(name, "").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise BadRequest(f"{name} has to be a whole number.")
    return int(text)


def _decoded(text: str, header: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise BadRequest(f"{header} holds something that is no base64.") from error
