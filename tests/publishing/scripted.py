"""A platform in memory that does what a test tells it to, and counts what really became public."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from apps.connections.adapters import Call, Progress, Published, Publisher, Stage, Upload

PIECE = 4
Fault = Callable[[], Exception]


@dataclass
class Scripted(Publisher):
    """Uploads in pieces of four bytes (or `piece`). `faults` says what goes wrong at which call: ("send", 1, "after")
    is the second time that something is sent, after the platform has done it. `commits` platforms publish by a call of
    their own, the others by the last byte.
    """

    commits: bool = False
    piece: int = PIECE
    looks: int = 0  # how often it is still working when asked
    extras: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()
    faults: dict[tuple[str, int, str], Fault] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    sessions: dict[str, bytearray] = field(default_factory=dict)
    public: dict[str, str] = field(default_factory=dict)  # id → session
    done: list[str] = field(default_factory=list)  # extras, each time one is done
    uploads: list[Upload] = field(default_factory=list)
    edits: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.last_byte_publishes = not self.commits

    def _told(self, name: str) -> int:
        self.calls.append(name)
        number = self.counts.get(name, 0)
        self.counts[name] = number + 1
        self._fault(name, number, "before")
        return number

    def _fault(self, name: str, number: int, when: str) -> None:
        fault = self.faults.pop((name, number, when), None) or self.faults.get((name, -1, when))
        if fault is not None:
            raise fault()

    def begin(self, call: Call, upload: Upload) -> Progress:
        number = self._told("begin")
        self.uploads.append(upload)
        self.sessions[f"session-{number}"] = bytearray()
        self._fault("begin", number, "after")
        return Progress(Stage.TRANSFER, session={"id": f"session-{number}"})

    def _read(self, upload: Upload, progress: Progress) -> Progress:
        session = str(progress.session.get("id"))
        if session not in self.sessions:
            return Progress(Stage.OPEN)
        video = next((video for video, of in self.public.items() if of == session), "")
        if video:
            return replace(
                progress, stage=Stage.PROCESSING, external_id=video, link=f"https://tube.example/{video}"
            )
        have = len(self.sessions[session])
        if have == upload.size:
            return progress.at(Stage.COMMIT, offset=have)
        return progress.at(Stage.TRANSFER, offset=have)

    def resume(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        number = self._told("resume")
        answer = self._read(upload, progress)
        self._fault("resume", number, "after")
        return answer

    def settle(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        number = self._told("settle")
        answer = self._read(upload, progress)
        self._fault("settle", number, "after")
        return answer

    def send(
        self,
        call: Call,
        upload: Upload,
        progress: Progress,
        source: BinaryIO,
        moved: Callable[[Progress], None],
    ) -> Progress:
        number = self._told("send")
        got = self.sessions[str(progress.session["id"])]
        if len(got) != progress.offset:
            raise AssertionError(f"sent from {progress.offset}, but {len(got)} bytes are there")
        for chunk in self._chunks(source, progress.offset, upload.size):
            got += chunk
            progress = progress.at(Stage.TRANSFER, offset=len(got), share=len(got) / upload.size)
            if len(got) < upload.size:
                self._fault("send", number, "between")
                moved(progress)
        if not self.commits:
            self._publish(str(progress.session["id"]))
        self._fault("send", number, "after")
        return self._read(upload, progress)

    def _chunks(self, source: BinaryIO, offset: int, size: int) -> Iterator[bytes]:
        source.seek(offset)
        while offset < size:
            chunk = source.read(self.piece)
            offset += len(chunk)
            yield chunk

    def _publish(self, session: str) -> None:
        self.public[f"video-{len(self.public) + 1}"] = session

    def commit(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        number = self._told("commit")
        self._publish(str(progress.session["id"]))
        self._fault("commit", number, "after")
        return self._read(upload, progress)

    def look(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        number = self._told("look")
        self._fault("look", number, "after")
        if number < self.looks:
            return progress.at(Stage.PROCESSING, look_after_s=30.0)
        return progress.at(Stage.FINISHING)

    def finish(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        number = self._told("finish")
        missing = next((name for name in self.extras if name not in progress.finished), "")
        if not missing:
            return progress.at(Stage.DONE)
        warnings = progress.warnings
        if missing in self.refuse:
            warnings = (*warnings, f"The {missing} was refused.")
        elif missing not in self.done:  # asked for first
            self.done.append(missing)
        self._fault("finish", number, "after")
        return progress.at(Stage.FINISHING, finished=(*progress.finished, missing), warnings=warnings)

    def edit(self, call: Call, external_id: str, upload: Upload) -> Published:
        self._told("edit")
        self.edits.append((external_id, upload.title))
        return Published(external_id, title=upload.title)

    def delete(self, call: Call, external_id: str) -> None:
        self._told("delete")
        self.public.pop(external_id, None)

    def published(self, call: Call, external_id: str) -> Published | None:
        return Published(external_id) if external_id in self.public else None


def error(kind: type[Exception], message: str = "It broke.", **facts: Any) -> Fault:
    return lambda: kind(message, **facts)
