"""Reads where a target's workers are to die, and kills this process there.

A plan is a file named after the target, with the moments in the order in which they are to be met; each kills once.
Besides the moments that the ledger names there are those within a call: `<call>.sent`, when the last byte of its
request is out and nothing of the answer is in, and `send.inside`, when half of the file has been read.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import httpx

from apps.connections.platforms.tiktok import chunks
from apps.connections.platforms.youtube import session
from apps.core.http import client
from apps.library.models import StoredFile
from apps.publishing import moments
from apps.publishing.services import driving

SMALL_CHUNK = 256 * 1024  # so that a small file has several


class Watch:
    """One for each process; it knows which target and which call the process is at."""

    def __init__(self, plans: Path) -> None:
        self.plans = plans
        self.target: UUID | None = None
        self.call = ""
        self.source: WatchedFile | None = None

    def install(self) -> None:
        moments.watch = self.reached
        session.CHUNK = session.LARGEST = SMALL_CHUNK
        chunks.WHOLE_MAX, chunks.CHUNK = 9_000_000, 5_000_000
        self._watch_files()
        self._watch_requests()

    def _watch_files(self) -> None:
        open_stream = driving.open_stream

        def watched(stored: StoredFile) -> BinaryIO:
            self.source = WatchedFile(open_stream(stored), stored.size, self)
            return self.source  # type: ignore[return-value]

        driving.open_stream = watched  # type: ignore[attr-defined]

    def _watch_requests(self) -> None:
        handle = client._GuardedTransport.handle_request

        def watched(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            if self.call and request.method != "GET":
                request.stream = WatchedBody(request.stream, self)  # type: ignore[arg-type]
            return handle(transport, request)  # type: ignore[arg-type]

        client._GuardedTransport.handle_request = watched  # type: ignore[method-assign, assignment]

    def reached(self, moment: str, target_id: UUID) -> None:
        call, _, part = moment.partition(".")
        if moment == "job.started":
            self.target, self.call = target_id, ""
        self.at(moment, target_id)
        if part == "before":
            self.call = call
        elif part == "answered":
            self.call = ""

    def sent(self) -> None:
        """The last byte of a request is out. Of an upload, only the request with its last byte counts."""
        if self.target and (self.call != "send" or (self.source and self.source.is_at_end)):
            self.at(f"{self.call}.sent", self.target)

    def at(self, moment: str, target_id: UUID) -> None:
        plan = self.plans / str(target_id)
        try:
            planned = plan.read_text().split()
        except FileNotFoundError:
            return
        if not planned or planned[0] != moment:
            return
        left = plan.with_suffix(f".{os.getpid()}")
        left.write_text("\n".join(planned[1:]))
        left.replace(plan)
        with plan.with_suffix(".died").open("a") as file:
            file.write(f"{moment}\n")
        os.kill(os.getpid(), signal.SIGKILL)


class WatchedFile:
    """The file that is sent."""

    def __init__(self, file: BinaryIO, size: int, watch: Watch) -> None:
        self.file, self.size, self.watch = file, size, watch
        self.is_at_end = False

    def read(self, length: int = -1) -> bytes:
        block = self.file.read(length)
        place = self.file.tell()
        self.is_at_end = place >= self.size
        if place > self.size // 2 and self.watch.target:
            self.watch.at("send.inside", self.watch.target)
        return block

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def close(self) -> None:
        self.file.close()


class WatchedBody(httpx.SyncByteStream):
    """What a request sends. httpcore hands each part to the network before it asks for the next one."""

    def __init__(self, body: httpx.SyncByteStream, watch: Watch) -> None:
        self.body, self.watch = body, watch

    def __iter__(self) -> Iterator[bytes]:
        yield from self.body
        self.watch.sent()

    def close(self) -> None:
        self.body.close()
