"""A team's own images, clips and music: checked by their bytes, kept once, with the right to use them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.events.services import record
from apps.library import pictures
from apps.library.blobs import BLOCK_BYTES
from apps.library.errors import LibraryError, room_needed
from apps.library.events import MEDIA_UPLOADED, MediaUploaded
from apps.library.flags import UPLOADS
from apps.library.models import Asset, AssetKind, Brand
from apps.library.provenance import Provenance
from apps.library.services.files import AssetFacts, store_file
from apps.media.errors import FFmpegFailed
from apps.media.probe import Probe, probe
from apps.media.stills import frame_at
from apps.teams.models import Team

OWN_KINDS = (AssetKind.IMAGE, AssetKind.CLIP, AssetKind.MUSIC)
SHORTEST_CLIP_S = 0.5
SUFFIXES = {
    "matroska": ".mkv",
    "webm": ".webm",
    "mp3": ".mp3",
    "wav": ".wav",
    "flac": ".flac",
    "ogg": ".ogg",
    "aac": ".aac",
    "avi": ".avi",
    "mpegts": ".ts",
}


@dataclass(frozen=True)
class Upload:
    """What came of an upload: the asset, and whether the team had the same file before."""

    asset: Asset
    known: bool


def upload_asset(
    *,
    team: Team,
    uploaded_file: "UploadedFile[Any]",
    kind: AssetKind | str,
    actor: User,
    provenance: Provenance,
    title: str = "",
) -> Upload:
    """Take a file of the team's own into its media. A file that it already has is recognised, not kept again.

    Raises LibraryError or NotMedia with a sentence for the uploader, StorageFull.
    """
    _check_may_come(team, kind, uploaded_file.size or 0)
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.WORK_DIR, prefix="upload-") as folder:
        raw = Path(folder) / "upload"
        _receive(uploaded_file, raw)
        title = title or title_of(uploaded_file.name or "")
        return take_file(team=team, path=raw, kind=kind, actor=actor, provenance=provenance, title=title)


def take_file(
    *, team: Team, path: Path, kind: AssetKind | str, actor: User, provenance: Provenance, title: str
) -> Upload:
    """Take a file that lies in a folder of its own on this disk into the team's media; the file is used up.

    However large it is, this reads little of it but for its checksum, by programs that are held within bounds
    (apps.media.bounds). May run in a request or in a job. Raises as `upload_asset`.
    """
    kind = AssetKind(kind)
    _check_may_come(team, kind, path.stat().st_size)
    path, facts, still = _PREPARE[kind](path)
    if known := _known(team, kind, path):
        return Upload(known, known=True)
    return Upload(_keep(team, kind, path, still, provenance, title, facts, actor), known=False)


def _keep(
    team: Team,
    kind: AssetKind,
    path: Path,
    still: Path | None,
    provenance: Provenance,
    title: str,
    facts: AssetFacts,
    actor: User,
) -> Asset:
    with transaction.atomic():
        if still is not None:
            facts["poster"] = store_file(
                team=team, path=still, kind=AssetKind.POSTER, provenance=provenance, title=title, move=True
            )
        asset = store_file(
            team=team, path=path, kind=kind, provenance=provenance, title=title, move=True, **facts
        )
        data = MediaUploaded(kind=asset.kind, title=asset.title)
        record(MEDIA_UPLOADED, team=team, subject=asset, data=data, actor=actor)
    return asset


def _check_may_come(team: Team, kind: AssetKind | str, size: int) -> None:
    if not UPLOADS.is_on(team):
        raise LibraryError("The operators have paused uploads. Try again later.")
    limit = settings.UPLOAD_LIMIT_BYTES.get(kind)
    if limit is None:
        raise LibraryError("Choose whether this is an image, a clip or music.", field="kind")
    if not size:
        raise LibraryError("This file is empty. Choose another one.", field="file")
    if size > limit:
        raise LibraryError(
            f"This file is too large ({filesizeformat(size)}). Here the limit is {filesizeformat(limit)}.",
            field="file",
        )


def _receive(uploaded_file: "UploadedFile[Any]", path: Path) -> None:
    with room_needed(), path.open("xb") as target:
        for block in uploaded_file.chunks(BLOCK_BYTES):
            target.write(block)


def _image(raw: Path) -> tuple[Path, AssetFacts, Path | None]:
    picture = pictures.rewrite(raw, raw.parent)
    still = pictures.poster(picture.path, raw.with_name("poster.jpg"))
    return picture.path, {"width": picture.width, "height": picture.height}, still.path


def _look_into(raw: Path) -> Probe:
    try:
        return probe(raw)
    except FFmpegFailed as error:
        raise LibraryError(
            "This file takes more time or memory to read than a file may. Convert it to MP4 and upload that.",
            field="file",
        ) from error


def _clip(raw: Path) -> tuple[Path, AssetFacts, Path | None]:
    facts = _look_into(raw)
    if facts.video is None or facts.still:
        raise LibraryError(
            "There is no moving picture in this file. Upload it as music or as an image.", field="kind"
        )
    if facts.duration_s < SHORTEST_CLIP_S:
        raise LibraryError(
            f"This clip is too short. Use one of at least {SHORTEST_CLIP_S:g} seconds.", field="file"
        )
    frame = raw.with_name("frame.jpg")
    try:
        frame.write_bytes(frame_at(raw, min(1.0, facts.duration_s / 2)))
    except FFmpegFailed as error:
        raise LibraryError(
            "The picture in this clip can't be decoded. Convert it to MP4 with H.264 and upload that.",
            field="file",
        ) from error
    still = pictures.poster(frame, raw.with_name("poster.jpg"))
    size: AssetFacts = {
        "width": facts.video.width,
        "height": facts.video.height,
        "duration_s": facts.duration_s,
    }
    return _named(raw, facts), size, still.path


def _music(raw: Path) -> tuple[Path, AssetFacts, Path | None]:
    facts = _look_into(raw)
    if facts.audio is None:
        raise LibraryError("There is no sound in this file. Upload it as an image or a clip.", field="kind")
    if facts.video is not None:
        raise LibraryError(
            "This file has a moving picture. Upload it as a clip, or export its sound.", field="kind"
        )
    return _named(raw, facts), {"duration_s": facts.duration_s}, None


_PREPARE = {AssetKind.IMAGE: _image, AssetKind.CLIP: _clip, AssetKind.MUSIC: _music}


def _named(raw: Path, facts: Probe) -> Path:
    """The file under a name with the suffix that its first bytes stand for."""
    return raw.rename(raw.with_suffix(suffix_of(raw, facts)))


def suffix_of(path: Path, facts: Probe) -> str:
    """The suffix that the first bytes of a media file stand for, whatever it is called."""
    with path.open("rb") as file:
        start = file.read(64)
    if start[4:8] == b"ftyp":
        return ".mov" if start[8:12] == b"qt  " else ".mp4" if facts.video else ".m4a"
    if facts.container == "matroska" and b"webm" in start:
        return ".webm"
    return SUFFIXES.get(facts.container, ".bin")


def _known(team: Team, kind: AssetKind, path: Path) -> Asset | None:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Asset.objects.in_team(team).filter(kind=kind, video=None, file__sha256=sha256).first()


def title_of(name: str) -> str:
    """What a file is called that came under this name."""
    return " ".join(Path(name).stem.replace("_", " ").split()) or "Untitled"


@transaction.atomic
def delete_asset(asset: Asset, *, actor: User) -> Asset:
    """Take an own image, clip or music out of the media. It can be brought back for removal.UNDO_FOR."""
    locked = Asset.objects.select_for_update().filter(pk=asset.pk, video=None, kind__in=OWN_KINDS).first()
    if locked is None:
        raise LibraryError("This file is already deleted, or belongs to a video.")
    for slot in ("watermark", "intro", "outro"):
        if Brand.objects.filter(team=locked.team, **{slot: locked}).exists():
            raise LibraryError(
                f"This file is the brand's {slot}. Choose another one on the brand page first."
            )
    locked.deleted_at = timezone.now()
    locked.save(update_fields=["deleted_at"])
    audit("media.delete", team=locked.team, actor=actor, target=locked)
    return locked


@transaction.atomic
def undelete_asset(asset: Asset, *, actor: User) -> Asset:
    """Bring a deleted file of the own media back. Raises LibraryError where it is already gone."""
    locked = Asset.with_deleted.select_for_update().filter(pk=asset.pk).first()
    if locked is None:
        raise LibraryError("It is too late to bring this file back: it was removed.")
    locked.deleted_at = None
    locked.save(update_fields=["deleted_at"])
    audit("media.undelete", team=locked.team, actor=actor, target=locked)
    return locked
