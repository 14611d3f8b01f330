"""One target's way to its platform: call after call, each written down before it is made and after it is answered.

Before a call the attempt says which one it is, and, where nobody can take it back, that its outcome is in doubt. After
the answer the progress is saved and the doubt is gone. Whoever finds a doubt – after a crash, after an answer that was
lost – asks the platform what became of it (`settle`) before anything else is sent. So a publication happens once,
however often a worker dies (decisions/0018-once-by-asking.md).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.connections.adapters import Call, Progress, Publisher, Stage, Upload
from apps.connections.registry import Platform
from apps.connections.services import circuit, quota, tokens
from apps.core.errors import UserError
from apps.core.http import OutsideError, Unavailable
from apps.jobs.errors import JobPostponed
from apps.jobs.runner import JobRun
from apps.publishing.errors import PublishingError
from apps.publishing.models import Attempt, Target
from apps.publishing.moments import reached
from apps.publishing.platforms import platform_of, publisher_of
from apps.publishing.services import claims, endings, openings
from apps.publishing.services.claims import mine
from apps.publishing.services.operations import operation_of
from apps.publishing.sources import open_stream
from apps.publishing.uploads import asset_of, upload_of

BY_STAGE = {
    Stage.OPEN: "begin",
    Stage.TRANSFER: "send",
    Stage.PROCESSING: "look",
    Stage.SETTLING: "look",
    Stage.COMMIT: "commit",
    Stage.FINISHING: "finish",
}
BEGINS = 2  # how often one job opens an upload: one that is lost twice is tried again later
SAVE_EVERY_S = 1.0
PROCESSING_AT_MOST = timedelta(hours=24)


@dataclass
class Work:
    """A target in this worker's hands. `is_fresh` says that the progress is known to be true: a call of this job, not
    a row that somebody left behind."""

    run: JobRun
    target: Target
    attempt: Attempt
    platform: Platform
    publisher: Publisher
    progress: Progress
    in_doubt: str
    is_fresh: bool = False
    begins: int = 0


def drive(run: JobRun, target_id: UUID) -> dict[str, Any]:
    """Carry a claimed target as far as it goes now; may be called again at any point. Raises JobPostponed where the
    platform works and is to be asked again."""
    reached("job.started", target_id)
    opened = openings.open_attempt(run, target_id)
    if opened is None:
        return {}
    target, attempt, progress = opened
    platform, publisher = platform_of(target), publisher_of(target)
    work = Work(run, target, attempt, platform, publisher, progress, attempt.in_doubt)
    reached("attempt.written", target_id)
    call = ""
    try:
        with upload_of(target) as upload:
            while work.progress.stage is not Stage.DONE:
                call = _next_call(work)
                _step(work, call, upload)
    except (OutsideError, UserError, EOFError, FileNotFoundError) as error:
        return endings.react(run, target_id, platform, call or "begin", error)
    return endings.conclude(run, target_id)


def _next_call(work: Work) -> str:
    if work.in_doubt:
        return "settle"
    if work.progress.stage is Stage.TRANSFER and not work.is_fresh:
        return "resume"
    return BY_STAGE[work.progress.stage]


def _step(work: Work, call: str, upload: Upload) -> None:
    """One call: write it down, make it, write down what came of it."""
    target_id = work.target.pk
    if call == "begin":
        _count_begin(work)
        openings.check_quota(work.target.connection, operation_of(call, work.target.post.kind))
    _before(work, call)
    reached(f"{call}.before", target_id)
    before, work.progress = work.progress, _made(work, call, upload)
    reached(f"{call}.answered", target_id)
    _after(work, call)
    reached(f"{call}.saved", target_id)
    for name in work.progress.finished[len(before.finished) :]:
        quota.spend(work.target.connection, f"publish.{name.partition(':')[0]}")
    if call == "look" and work.progress.stage in (Stage.PROCESSING, Stage.SETTLING):
        _look_again_later(work)


def _look_again_later(work: Work) -> None:
    if timezone.now() - work.attempt.started_at > PROCESSING_AT_MOST:
        raise PublishingError(
            f"{work.platform.name} has been working on it for a day. Try again to ask once more."
        )
    raise JobPostponed(f"{work.platform.name} is working on it.", wait_s=_look_wait_s(work.progress))


def _count_begin(work: Work) -> None:
    work.begins += 1
    if work.begins > BEGINS:
        raise Unavailable(f"{work.platform.name} lost the upload twice. It is begun again later.")


def _look_wait_s(progress: Progress) -> float:
    return min(progress.look_after_s, settings.PUBLISH_LONGEST_LOOK_S)


def _is_irreversible(work: Work, call: str) -> bool:
    return call == "commit" or (call == "send" and work.publisher.last_byte_publishes)


@transaction.atomic
def _before(work: Work, call: str) -> None:
    target = mine(work.run, work.target.pk)
    claims.keep(target)
    target.save(update_fields=["claimed_until", "updated_at"])
    if _is_irreversible(work, call):
        work.in_doubt = call
    work.attempt.stage, work.attempt.in_doubt = call, work.in_doubt
    work.attempt.save(update_fields=["stage", "in_doubt", "updated_at"])


def _made(work: Work, call: str, upload: Upload) -> Progress:
    """The answer of the platform, asked through its breaker with a token that is valid now."""
    connection, publisher = work.target.connection, work.publisher
    caller = tokens.call_for(connection)
    quota.spend(connection, operation_of(call, work.target.post.kind))
    with circuit.platform_call(work.platform.slug):
        if call == "begin":
            return publisher.begin(caller, upload)
        if call == "send":
            return _send(work, caller, upload)
        method: Callable[[Call, Upload, Progress], Progress] = getattr(publisher, call)
        return method(caller, upload, work.progress)


def _send(work: Work, caller: Call, upload: Upload) -> Progress:
    with _source(work) as source:
        return work.publisher.send(caller, upload, work.progress, source, _Saver(work, upload.size))


@contextmanager
def _source(work: Work) -> Iterator[BinaryIO]:
    source = open_stream(asset_of(work.target).file)
    try:
        yield source
    finally:
        source.close()


class _Saver:
    """Called after each chunk: shows it, and saves how much the platform has. Raises JobCancelled to stop."""

    def __init__(self, work: Work, size: int) -> None:
        self.work, self.size = work, size
        self._saved_at = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        work, now = self.work, time.monotonic()
        work.run.progress(progress.share, f"sent {progress.share:.0%}")
        is_news = progress.offset != work.progress.offset or progress.stage != work.progress.stage
        if not is_news and now - self._saved_at < SAVE_EVERY_S:
            return
        reached("chunk.taken", work.target.pk)
        work.progress, self._saved_at = progress, now
        _after(work, "send", is_over=progress.stage is not Stage.TRANSFER)
        reached("chunk.saved", work.target.pk)


@transaction.atomic
def _after(work: Work, call: str, *, is_over: bool = True) -> None:
    """Save the progress; a clear answer (`is_over`) ends the doubt."""
    target = mine(work.run, work.target.pk)
    progress = work.progress
    claims.put(target, progress)
    claims.keep(target, for_s=_look_wait_s(progress) if call == "look" else 0)
    target.held_since = None
    target.save(
        update_fields=[
            "progress", "stage", "share", "external_id", "link", "warnings", "claimed_until", "held_since",
            "updated_at",
        ]
    )  # fmt: skip
    attempt = work.attempt
    if is_over:
        work.in_doubt = attempt.in_doubt = ""
        work.is_fresh = call != "settle"
    attempt.bytes_sent = progress.offset
    attempt.save(update_fields=["in_doubt", "bytes_sent", "updated_at"])
