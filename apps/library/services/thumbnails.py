"""Thumbnails of a video: designed ones are kept, one is the cover, and each can go (LIB-06)."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.library.designs import PICTURE, Design, film_of, render
from apps.library.errors import LibraryError
from apps.library.models import Asset, AssetKind, Video
from apps.library.provenance import BY_HAND, Provenance
from apps.library.services.brand import brand_of
from apps.library.services.files import store_file
from apps.library.services.videos import replace_files
from apps.media.thumbnails import HEIGHT, WIDTH

MOST = 12


def keep_thumbnail(video: Video, design: Design, *, actor: User) -> Asset:
    """Draw the design and put it first among the video's thumbnails. Raises LibraryError."""
    data = render(video, design, brand=brand_of(video.team))
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.WORK_DIR, prefix="thumbnail-") as folder, transaction.atomic():
        path = Path(folder) / "thumbnail.jpg"
        path.write_bytes(data)
        others = _locked(video)
        if len(others) >= MOST:
            raise LibraryError(f"A video has at most {MOST} thumbnails. Remove one first.")
        made = store_file(
            team=video.team,
            path=path,
            kind=AssetKind.THUMBNAIL,
            provenance=_origin(video, design, actor),
            title=video.title,
            width=WIDTH,
            height=HEIGHT,
        )
        if any(one.file_id == made.file_id for one in others):
            raise LibraryError("The video has exactly this thumbnail already.")
        replace_files(video, [made, *others], kinds=[AssetKind.THUMBNAIL])
    return made


def _origin(video: Video, design: Design, actor: User) -> Provenance:
    """By hand, with the right to what is shown."""
    shown = film_of(video) if design.source != PICTURE else Asset.objects.filter(pk=design.picture_id).first()
    right = shown.provenance if shown else None
    return Provenance(
        provider=BY_HAND,
        licence=right.licence if right else "own work",
        credit=(right.credit if right else "") or str(actor),
        receipt=right.receipt if right else "",
        source_url=right.source_url if right else "",
    )


def _locked(video: Video) -> list[Asset]:
    """The video's thumbnails in order, while nobody else changes them. Raises LibraryError for a deleted video."""
    if not Video.objects.select_for_update().filter(pk=video.pk).exists():
        raise LibraryError("This video was deleted meanwhile. Bring it back first.")
    return list(video.assets.filter(kind=AssetKind.THUMBNAIL).order_by("position", "created_at"))


@transaction.atomic
def make_cover(video: Video, thumbnail: Asset) -> None:
    """Show this one first: it stands for the video in lists and goes with it to platforms."""
    others = [one for one in _locked(video) if one.pk != thumbnail.pk]
    replace_files(video, [thumbnail, *others], kinds=[AssetKind.THUMBNAIL])


@transaction.atomic
def remove_thumbnail(video: Video, thumbnail: Asset) -> None:
    others = [one for one in _locked(video) if one.pk != thumbnail.pk]
    replace_files(video, others, kinds=[AssetKind.THUMBNAIL])
