"""What becomes of an uploaded file: it is checked, taken in, and everything that pages and posts need is made of it."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import UserError
from apps.jobs.models import OPEN, Job, JobStatus
from apps.jobs.runner import JobRun
from apps.jobs.services import cancel_subject, requeue
from apps.library import blobs
from apps.library.errors import LibraryError
from apps.library.flags import LONGEST_UPLOAD_HOURS
from apps.library.models import Asset, AssetKind, Video, VideoSource, VideoStatus
from apps.library.provenance import Provenance
from apps.library.services.files import store_file, store_incoming
from apps.library.services.receiving import tell
from apps.library.services.uploads import suffix_of
from apps.library.services.videos import create_video, mark_failed, mark_making, mark_ready, replace_files
from apps.library.uploads import space, workplace
from apps.library.uploads.jobs import STEPS, start_ingest, start_pictures
from apps.library.uploads.models import Upload, UploadStatus
from apps.media import house
from apps.media.errors import FFmpegFailed
from apps.media.formats import FRAME_SIZES
from apps.media.house.mezzanine import Limits
from apps.media.probe import Probe, probe
from apps.media.stills import frame_at

SHORTEST_S = 0.5
SMALLEST_SIDE, LARGEST_SIDE = 16, 8192  # pixels
SAME_SHAPE = 0.02
SHEET = "sprite.jpg"
OLDER_AT_ONCE, OLDER_LOOKED_AT = 25, 2000
SETTLE_AFTER = timedelta(seconds=30)


def check(run: JobRun, upload: Upload) -> Upload:
    """Look into the whole file: take it in, recognise it, or refuse it with a sentence for who sent it."""
    if upload.status != UploadStatus.CHECKING:
        return upload
    with workplace.folder_for(run) as folder:
        space.finish(upload)
        with space.local_path(upload, folder) as path:
            try:
                facts = _usable(probe(path), upload)
                _check_decodes(path, facts)
            except UserError as error:
                return refuse(upload, error.message)
            run.progress(0.5, "reading its checksum")
            found = blobs.received(path, stored_as=space.name_of(upload))
            return _take_in(upload, found, facts, suffix_of(path, facts))


def _usable(facts: Probe, upload: Upload) -> Probe:
    """Raises LibraryError with what is wrong with it."""
    if facts.video is None or facts.still:
        what = "picture" if facts.still else "sound file"
        raise LibraryError(f"This is a {what}, not a video. Upload it under Own media instead.")
    sides = (facts.video.width, facts.video.height)
    if min(sides) < SMALLEST_SIDE or max(sides) > LARGEST_SIDE:
        raise LibraryError(
            f"The picture has {sides[0]} × {sides[1]} pixels. "
            f"Export it with sides from {SMALLEST_SIDE} to {LARGEST_SIDE}."
        )
    if facts.video.duration_s < SHORTEST_S:
        raise LibraryError(f"This video is too short. Use one of at least {SHORTEST_S:g} seconds.")
    hours = LONGEST_UPLOAD_HOURS.value(upload.team)
    if facts.duration_s > hours * 3600:
        raise LibraryError(
            f"This video is longer than {hours} hours. Cut it, or ask your operators for more."
        )
    return facts


def _check_decodes(path: Path, facts: Probe) -> None:
    try:
        frame_at(path, min(1.0, facts.duration_s / 2))
    except FFmpegFailed as error:
        codec = facts.video.codec if facts.video else "its codec"
        raise LibraryError(
            f"The picture can't be decoded ({codec}). Export it as MP4 with H.264 and send that."
        ) from error


@transaction.atomic
def _take_in(upload: Upload, found: blobs.Incoming, facts: Probe, suffix: str) -> Upload:
    """Make a video of it, or say which one holds the same file. The lock of the bytes lets only one of two do so."""
    locked = Upload.objects.select_for_update().filter(pk=upload.pk, status=UploadStatus.CHECKING).first()
    if locked is None:
        return upload
    blobs.lock(locked.team_id, found.sha256)
    if known := _video_with(locked, found.sha256):
        return _end(locked, UploadStatus.KNOWN, video=known)
    video = create_video(
        team=locked.team,
        author=locked.created_by,
        source=VideoSource.UPLOADED,
        status=VideoStatus.MAKING,
        **{"title": _title(locked.name), **locked.words_json},
    )
    picture = facts.video
    store_incoming(
        team=locked.team,
        found=found,
        suffix=suffix,
        kind=AssetKind.SOURCE,
        provenance=Provenance.from_json(locked.provenance_json),
        video=video,
        title=locked.name,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        duration_s=facts.duration_s,
    )
    video.duration_s = facts.duration_s
    video.save(update_fields=["duration_s"])
    start_ingest(video)
    return _end(locked, UploadStatus.ACCEPTED, video=video)


def _video_with(upload: Upload, sha256: str) -> Video | None:
    """The team's video that has these bytes already, whatever they are in it (LIB-09)."""
    held = Asset.objects.in_team(upload.team).filter(file__sha256=sha256, video__deleted_at=None)
    asset = held.exclude(video=None).select_related("video").order_by("created_at").first()
    return asset.video if asset else None


def _title(name: str) -> str:
    return " ".join(Path(name).stem.replace("_", " ").split())[:200] or "Untitled"


@transaction.atomic
def refuse(upload: Upload, sentence: str) -> Upload:
    """Nothing of the file is kept but its name and the reason."""
    locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if locked is None or locked.has_ended:
        return upload
    return _end(locked, UploadStatus.REFUSED, error=sentence)


def _end(locked: Upload, status: UploadStatus, *, video: Video | None = None, error: str = "") -> Upload:
    locked.status, locked.video, locked.error = status, video, error
    locked.save(update_fields=["status", "video", "error", "updated_at"])
    transaction.on_commit(lambda: space.remove(locked), robust=True)
    tell(locked)
    return locked


def make_house_file(run: JobRun, video: Video) -> dict[str, Any]:
    """The mezzanine of the video's source, its only rendition (TRC-08)."""
    source = _asset(video, AssetKind.SOURCE)
    with workplace.folder_for(run) as folder, source.file.local_path(folder) as path:
        out = folder / "house.mp4"
        made = house.make_mezzanine(path, out, Limits(run.progress, run.cancelled))
        run.check_cancelled()
        rendition = store_file(
            team=video.team,
            path=out,
            kind=AssetKind.RENDITION,
            provenance=source.provenance.derived(),
            move=True,
            width=made.width,
            height=made.height,
            duration_s=made.duration_s,
            fps=float(made.fps),
            format=_format(made.width, made.height),
        )
        _put(run, video, [rendition], [AssetKind.RENDITION])
    return {"frames": made.frames, "copied": list(made.copied)}


def make_pictures(run: JobRun, video: Video) -> None:
    """The poster, the pictures of the timeline, and which of them belongs to which time (TRC-03)."""
    rendition = _asset(video, AssetKind.RENDITION)
    with workplace.folder_for(run) as folder, rendition.file.local_path(folder) as path:
        poster, sheet, times = folder / "poster.jpg", folder / SHEET, folder / "sprite.vtt"
        sprite = house.make_sprite(path, sheet, cancelled=run.cancelled)
        run.progress(0.7, "choosing a poster")
        poster.write_bytes(house.best_frame(path, sheet, sprite))
        times.write_text(sprite.to_vtt(SHEET, rendition.duration_s or 0.0), encoding="utf-8")
        made = [
            _keep(video, poster, AssetKind.POSTER, width=rendition.width, height=rendition.height),
            _keep(video, sheet, AssetKind.SPRITE, width=sprite.width, height=sprite.height),
            _keep(video, times, AssetKind.SPRITE),
        ]
        _put(run, video, made, [AssetKind.POSTER, AssetKind.SPRITE])


def draw_sound(run: JobRun, video: Video) -> None:
    """The peaks of the sound, for the player (TRC-03)."""
    rendition = _asset(video, AssetKind.RENDITION)
    with workplace.folder_for(run) as folder, rendition.file.local_path(folder) as path:
        out = folder / "waveform.json"
        waveform = house.make_waveform(path, folder, cancelled=run.cancelled)
        out.write_text(json.dumps(waveform.to_json(), separators=(",", ":")))
        _put(run, video, [_keep(video, out, AssetKind.WAVEFORM)], [AssetKind.WAVEFORM])


def picture_made(run: JobRun, video: Video) -> None:
    """Timeline pictures and waveform of a video that was made here, for the player (TRC-03)."""
    rendition = _widest(video)
    if rendition is None:
        return
    right = rendition.provenance.derived()
    with workplace.folder_for(run) as folder, rendition.file.local_path(folder) as path:
        sheet, times, sound = folder / SHEET, folder / "sprite.vtt", folder / "waveform.json"
        sprite = house.make_sprite(path, sheet, cancelled=run.cancelled)
        run.progress(0.6, "drawing the sound")
        times.write_text(sprite.to_vtt(SHEET, rendition.duration_s or 0.0), encoding="utf-8")
        made = [
            _store(video, sheet, AssetKind.SPRITE, right, width=sprite.width, height=sprite.height),
            _store(video, times, AssetKind.SPRITE, right),
        ]
        if probe(path).audio is not None:
            waveform = house.make_waveform(path, folder, cancelled=run.cancelled)
            sound.write_text(json.dumps(waveform.to_json(), separators=(",", ":")))
            made.append(_store(video, sound, AssetKind.WAVEFORM, right))
        _put(run, video, made, [AssetKind.SPRITE, AssetKind.WAVEFORM])


def picture_older() -> int:
    """Have made videos pictured that have no pictures of their timeline: those from before there were any, and those
    whose work was left out while much else waited. Returns how many were started; what failed is not tried again."""
    sheets = Asset.objects.filter(video=OuterRef("pk"), kind=AssetKind.SPRITE)
    bare = Video.objects.filter(~Exists(sheets), source=VideoSource.MADE, status=VideoStatus.READY)
    ids = {str(pk): pk for pk in bare.order_by("-created_at").values_list("pk", flat=True)[:OLDER_LOOKED_AT]}
    tried = set(
        Job.objects.filter(kind="library.picture_made", subject_id__in=ids).values_list(
            "subject_id", flat=True
        )
    )
    due = [pk for name, pk in ids.items() if name not in tried][:OLDER_AT_ONCE]
    started = 0
    for video in Video.objects.filter(pk__in=due).select_related("team"):
        if (rendition := _widest(video)) is not None:
            start_pictures(video, rendition.file.sha256[:16])
            started += 1
    return started


def _widest(video: Video) -> Asset | None:
    """The rendition that pictures of the timeline are taken from."""
    found = Asset.objects.select_related("file").filter(video=video, kind=AssetKind.RENDITION)
    return max(found, key=lambda asset: (asset.width or 0) / (asset.height or 1), default=None)


def _store(video: Video, path: Path, kind: AssetKind, right: Provenance, **facts: Any) -> Asset:
    return store_file(team=video.team, path=path, kind=kind, provenance=right, move=True, **facts)


@transaction.atomic
def finish(run: JobRun, video: Video) -> None:
    """Everything is there: the video is ready."""
    if run.still_mine() and video.status != VideoStatus.READY:
        _ready(video)


def _ready(video: Video) -> None:
    rendition = _asset(video, AssetKind.RENDITION)
    mark_ready(video, duration_s=rendition.duration_s or 0.0, chapters=video.made_chapters)


@transaction.atomic
def _put(run: JobRun, video: Video, assets: Sequence[Asset], kinds: Sequence[AssetKind]) -> None:
    """In place of what an earlier attempt made, unless another worker has the job by now."""
    if run.still_mine():
        replace_files(video, assets, kinds=kinds)


def _asset(video: Video, kind: AssetKind) -> Asset:
    return Asset.objects.select_related("file").filter(video=video, kind=kind).order_by("position")[:1].get()


def _keep(video: Video, path: Path, kind: AssetKind, **facts: Any) -> Asset:
    here = Provenance(provider="showrunner", licence=_asset(video, AssetKind.SOURCE).provenance.licence)
    return store_file(team=video.team, path=path, kind=kind, provenance=here, move=True, **facts)


def _format(width: int, height: int) -> str:
    """The picture format that has this shape; nothing where none has."""
    shape = width / height
    near = {name: abs(size.width / size.height / shape - 1) for name, size in FRAME_SIZES.items()}
    name = min(near, key=lambda one: near[one])
    return name.value if near[name] <= SAME_SHAPE else ""


@transaction.atomic
def stop_ingest(video: Video) -> None:
    """Stop what is being made of an upload. Raises LibraryError where nothing is."""
    if not cancel_subject(video):
        raise LibraryError("Nothing is being made of this video at the moment.")
    mark_failed(video)


@transaction.atomic
def retry_ingest(video: Video, *, actor: User) -> None:
    """Go on where it failed or was stopped. Raises LibraryError where there is nothing to go on with."""
    last = _jobs(video).filter(kind="library.finish_ingest").first()
    stuck = _jobs(video).filter(status__in=(JobStatus.DEAD, JobStatus.CANCELLED))
    if last is None or not stuck.exists():
        raise LibraryError("Everything of this video is made, or is being made.")
    for job in [*stuck.exclude(pk=last.pk).order_by("created_at"), *stuck.filter(pk=last.pk)]:
        job.refresh_from_db()
        if job.status in (JobStatus.DEAD, JobStatus.CANCELLED):
            requeue(job, actor=actor)
    mark_making(video)


def _jobs(video: Video) -> Any:
    return Job.objects.filter(team=video.team, subject_id=str(video.pk), kind__in=STEPS)


def job_failed(job: Job) -> None:
    """A job of an upload is dead: the upload is refused, or the video failed."""
    if job.kind == "library.check_upload":
        upload = Upload.objects.filter(pk=job.subject_id).first()
        if upload is not None:
            refuse(upload, f"It could not be checked. {job.error}")
    elif job.kind in STEPS:
        video = Video.with_deleted.filter(pk=job.subject_id, status=VideoStatus.MAKING).first()
        if video is not None:
            mark_failed(video)


def settle_stopped() -> int:
    """Videos whose jobs were cancelled elsewhere, or ended without a word, get the status that is true."""
    old = timezone.now() - SETTLE_AFTER
    making = Video.objects.filter(source=VideoSource.UPLOADED, status=VideoStatus.MAKING, updated_at__lt=old)
    open_jobs = Job.objects.filter(status__in=OPEN, kind__in=STEPS).values_list("subject_id", flat=True)
    busy = set(open_jobs)
    stopped = [video for video in making[:200] if str(video.pk) not in busy]
    for video in stopped:
        mark_failed(video)
    return len(stopped)
