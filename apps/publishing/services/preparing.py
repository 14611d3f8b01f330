"""Making files ready before a post is due: they are read, held against what each channel takes, and mended.

What has to be done follows from the file and the limits (`preflight.report`), so nothing remembers how far this is:
whoever asks looks at the rows. A copy that was made for one channel serves all that need the same one.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.errors import UserError
from apps.events.services import record
from apps.jobs.models import OPEN, Job, JobStatus
from apps.jobs.runner import JobRun
from apps.jobs.services import enqueue
from apps.library.models import Asset, AssetKind
from apps.library.services.files import read_facts, store_file
from apps.library.uploads import workplace
from apps.media.errors import FFmpegFailed
from apps.media.facts import FACTS_VERSION, MediaFacts
from apps.media.house import Fit, fit
from apps.media.house.mezzanine import Limits
from apps.media.reading import facts_of
from apps.publishing import preflight
from apps.publishing.errors import PublishingError
from apps.publishing.events import POST_BLOCKED, POST_CHANGED, PostBlocked, PostChanged
from apps.publishing.evidence import evidence_findings
from apps.publishing.models import Post, Target, TargetStatus
from apps.publishing.platforms import platform_of
from apps.publishing.services.locking import lock_post, lock_target, lock_targets

AFTER = timedelta(minutes=2)  # people who have just scheduled often change something once more
URGENT = timedelta(minutes=10)
WAITS = "Its file is being made ready for this channel."
MENDABLE = (TargetStatus.DRAFT, TargetStatus.SCHEDULED, TargetStatus.WAITING, TargetStatus.FAILED)
KIND = "publishing.prepare_post"


def start(post: Post, targets: Sequence[Target]) -> Job | None:
    """Have the files of a planned, locked post made ready some minutes from now; None where they are."""
    if not any(_needs_work(target) for target in targets):
        return None
    now = timezone.now()
    at = now if post.due_at is None or post.due_at - now <= URGENT else now + AFTER
    waiting = _open_jobs(post).exclude(status=JobStatus.RUNNING).order_by("run_at").first()
    return waiting if waiting is not None and waiting.run_at <= at else _enqueue(post, at=at)


def start_now(post: Post) -> Job:
    """The same at once, for a locked post that is due: where it is being done already, that job is returned."""
    found = _open_jobs(post).filter(run_at__lte=timezone.now()).order_by("run_at").first()
    return found or _enqueue(post, at=None)


def _open_jobs(post: Post) -> Any:
    return Job.objects.filter(team=post.team, kind=KIND, subject_id=str(post.pk), status__in=OPEN)


def _enqueue(post: Post, at: Any) -> Job:
    from apps.publishing.jobs import prepare_post

    title = f"Make “{str(post)[:150]}” ready for its channels"
    return enqueue(
        prepare_post, team=post.team, args={"post_id": str(post.pk)}, subject=post, title=title, at=at
    )


def start_reading(asset: Asset) -> Job | None:
    """Have a file looked into, once for its bytes; None where somebody has."""
    from apps.publishing.jobs import read_file

    if asset.file.facts is not None:
        return None
    return enqueue(
        read_file,
        team=asset.team,
        args={"asset_id": str(asset.pk)},
        key=f"publishing.read:{asset.file_id}:{FACTS_VERSION}",
        subject=asset,
        title=f"Look into “{asset}”"[:200],
    )


def read(run: JobRun, asset_id: UUID) -> dict[str, Any]:
    """Read the facts of a file. Nothing to do where it is gone."""
    asset = Asset.objects.select_related("file").filter(team=run.job.team, pk=asset_id).first()
    return {} if asset is None else {"refusal": read_facts(asset.file).refusal}


def is_ready(target: Target) -> bool:
    """Whether a locked target may go out as it is now; False where its file has still to be made ready.

    Raises PublishingError with what stops it.
    """
    evidence = evidence_findings(target.post, target.asset, target.post.thumbnail)
    found = preflight.report(target, evidence)
    if found.stop is not None:
        raise PublishingError(found.stop.whole, field=found.stop.field)
    if target.repair_key not in ("", found.key):  # made of another file, or by rules that are no more
        target.repaired, target.repair_key = None, ""
        target.save(update_fields=["repaired", "repair_key", "updated_at"])
    return found.is_ready


def _needs_work(target: Target) -> bool:
    if target.asset is None:
        return False
    found = preflight.report(target)
    return found.facts is None or (found.fit is not None and not found.is_mended)


def prepare(run: JobRun, post_id: UUID) -> dict[str, Any]:
    """Make every file of the post ready that can be, then let go on what waited for that, and tell what can't be.

    A file that fails holds up its own channel only; what it raised is raised when the others are done.
    """
    related = ("team", "post__team", "post__video", "connection", "asset__file", "repaired__file")
    rows = Target.objects.filter(team=run.job.team, post=post_id, status__in=MENDABLE, stage="")
    targets = list(rows.exclude(asset=None).select_related(*related).defer("progress").order_by("pk"))
    if not targets:
        return {"mended": []}
    mended: list[str] = []
    failed: dict[UUID, Exception] = {}
    for target in targets:
        try:
            mended += [str(target.connection)] if _prepare(run, target) else []
        except (FFmpegFailed, UserError) as error:
            failed[target.pk] = error
    with transaction.atomic():
        if run.still_mine():
            _go_on(post_id, but=failed)
            _tell_blocked(post_id)
    if failed:
        raise next(iter(failed.values()))
    return {"mended": mended}


def _prepare(run: JobRun, target: Target) -> bool:
    """Whether another file goes out on this channel now than before."""
    assert target.asset is not None  # noqa: S101 – asked for
    run.check_cancelled()
    read_facts(target.asset.file)
    found = preflight.report(target)
    if found.fit is None or found.is_mended:
        return False
    known = Target.objects.in_team(target.team).filter(repair_key=found.key).exclude(repaired=None)
    kept = known.select_related("repaired").first()
    made = kept.repaired if kept else _mend(run, target, found.fit)
    return _attach(run, target, made, found.key)


def _mend(run: JobRun, target: Target, change: Fit) -> Asset:
    """The copy for this channel, checked against the channel once more before it is kept."""
    source, platform = target.asset, platform_of(target)
    assert source is not None  # noqa: S101 – asked for
    with workplace.folder_for(run) as folder, source.file.local_path(folder) as path:
        out = folder / "fitted.mp4"
        fit(path, out, change, Limits(run.progress, run.cancelled))
        facts = _checked(out, target)
        made = store_file(
            team=target.team,
            path=out,
            kind=AssetKind.FITTED,
            provenance=source.provenance.derived(),
            video=target.post.video,
            title=f"For {platform.name}",
            move=True,
            width=facts.width,
            height=facts.height,
            duration_s=facts.duration_s,
            fps=facts.fps,
        )
    made.file.facts_json = facts.to_json()
    made.file.save(update_fields=["facts_json", "updated_at"])
    return made


def _checked(out: Path, target: Target) -> MediaFacts:
    """Raises FFmpegFailed where something of it would still have to be mended."""
    facts = facts_of(out)
    if wrong := preflight.left_over(facts, target):
        raise FFmpegFailed(f"the mended file still does not fit: {wrong[0].sentence}")
    return facts


@transaction.atomic
def _attach(run: JobRun, target: Target, made: Asset, key: str) -> bool:
    """Let the copy go out, unless the target has another file, or goes out already."""
    locked = lock_target(target.pk)
    if not run.still_mine() or locked.status not in MENDABLE or locked.stage:
        return False
    if preflight.report(locked).key != key:
        return False
    locked.repaired, locked.repair_key = made, key
    locked.save(update_fields=["repaired", "repair_key", "updated_at"])
    data = PostChanged("mended", f"Its file was made ready for {locked.connection}.")
    record(POST_CHANGED, team=locked.team, subject=locked.post, data=data)
    return True


def _go_on(post_id: UUID, *, but: Collection[UUID]) -> None:
    waiting = Target.objects.filter(post=post_id, status=TargetStatus.WAITING, stage="", wait_reason=WAITS)
    waiting.exclude(pk__in=list(but)).update(due_at=timezone.now())


def _tell_blocked(post_id: UUID, reason: str = "") -> None:
    """Tell the team what keeps a planned post from going out while there is time to change that. Within the
    transaction of a job."""
    post = lock_post(post_id)
    planned = [target for target in lock_targets(post) if target.status == TargetStatus.SCHEDULED]
    evidence = evidence_findings(post, post.thumbnail, *(target.asset for target in planned))
    reasons = {}
    for target in planned:
        stop = preflight.report(target, evidence).stop
        if said := stop.whole if stop else reason if _needs_work(target) else "":
            reasons[str(target.connection)] = said
    if reasons and post.due_at is not None and post.due_at > timezone.now():
        data = PostBlocked(post.due_at.isoformat(), post.zone, reasons)
        record(POST_BLOCKED, team=post.team, subject=post, data=data)


@transaction.atomic
def give_up(job: Job) -> None:
    """The job that makes files ready failed for good: what waits for it fails with the reason, people hear of the
    rest."""
    from apps.publishing.services import endings

    if not Post.objects.filter(team=job.team, pk=job.subject_id).exists():
        return
    reason = f"Its file could not be made ready. {job.error}".strip()
    post = lock_post(UUID(job.subject_id))
    for target in lock_targets(post):
        waits = target.status == TargetStatus.WAITING and target.wait_reason == WAITS
        if waits and _needs_work(target):
            endings.fail(target, None, reason, "file")
    _tell_blocked(post.pk, reason)
