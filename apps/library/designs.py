"""A thumbnail as a person designs it: what it shows, what it says, and how it is coloured (LIB-06)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from django.core.cache import cache

from apps.library.errors import LibraryError
from apps.library.models import Asset, AssetKind, Brand, Video
from apps.media.errors import FFmpegFailed, NotMedia
from apps.media.graphics import PALETTES, Recipe
from apps.media.stills import frame_at
from apps.media.thumbnails import LAYOUTS, Filters, filtered, plain_thumbnail, thumbnail

FRAME, PICTURE, COLOURS = "frame", "picture", "colours"
PLAIN = "plain"
"""The layout without words."""
FAMILIES = ("rays", "bokeh", "silk")
DEFAULT_PALETTE = "ocean"
KEPT_S = 600  # a frame that is tried with several titles is decoded once
PLACES = (0.2, 0.45, 0.7)  # shares of the length that the variations show


@dataclass(frozen=True)
class Design:
    """Everything that decides a thumbnail's pixels but the files themselves. `source` is FRAME (at `at_s`), PICTURE
    (`picture_id`: an image or thumbnail of the team) or COLOURS (a graphic in the palette's)."""

    source: str = FRAME
    at_s: float = 0.0
    picture_id: UUID | None = None
    title: str = ""
    layout: str = LAYOUTS[0]
    palette: str = ""
    brand_name: str = ""
    watermark: bool = False
    filters: Filters = field(default_factory=Filters)


def film_of(video: Video) -> Asset | None:
    """What frames are taken from: the widest rendition."""
    found = video.assets.filter(kind=AssetKind.RENDITION).select_related("file")
    return max(found, key=lambda asset: (asset.width or 0) / (asset.height or 1), default=None)


def render(video: Video, design: Design, *, brand: Brand) -> bytes:
    """A JPEG of exactly 1280 × 720 and under 2 MB. Raises LibraryError where its picture cannot be read."""
    palette = PALETTES.get(design.palette or brand.palette, PALETTES[DEFAULT_PALETTE])
    try:
        picture = _picture(video, design)
        if picture is None:
            seed = int(hashlib.sha256(video.pk.bytes).hexdigest()[:6], 16)
            background: bytes | Recipe = Recipe(FAMILIES[seed % len(FAMILIES)], seed, palette, energy=0.5)
        else:
            background = filtered(picture, design.filters)
        if isinstance(background, bytes) and (design.layout == PLAIN or not design.title.strip()):
            return plain_thumbnail(background)
        layout = design.layout if design.layout in LAYOUTS else LAYOUTS[0]
        return thumbnail(
            background,
            design.title,
            palette,
            layout,
            brand_name=design.brand_name.strip() or None,
            watermark=_watermark(brand) if design.watermark else None,
            language=video.language,
        )
    except (NotMedia, FFmpegFailed) as error:
        raise LibraryError("This picture cannot be read. Choose another one.") from error


def _picture(video: Video, design: Design) -> bytes | None:
    if design.source == COLOURS:
        return None
    if design.source == PICTURE:
        return _bytes(_chosen(video, design.picture_id))
    film = film_of(video)
    if film is None:
        raise LibraryError(
            "This video has no picture yet. Use a picture of your own, or colours.", field="source"
        )
    return frame_of(film, design.at_s)


def frame_of(film: Asset, at_s: float) -> bytes:
    """The frame of a video's file at a time, as JPEG. Raises NotMedia, FFmpegFailed, LibraryError."""
    key = f"library.frame:{film.file.sha256}:{at_s:.3f}"
    if (kept := cache.get(key)) is not None:
        return bytes(kept)
    try:
        with film.local_path() as path:
            data = frame_at(path, at_s)
    except FileNotFoundError as error:
        raise LibraryError("The file of this video is missing.", field="source") from error
    cache.set(key, data, KEPT_S)
    return data


def _chosen(video: Video, picture_id: UUID | None) -> Asset:
    """An image of the team's own, or a picture of this video."""
    found = Asset.objects.in_team(video.team).filter(pk=picture_id).select_related("file").first()
    if (
        found is None
        or not found.file.content_type.startswith("image/")
        or found.video_id not in (None, video.pk)
    ):
        raise LibraryError("Choose one of your team's pictures.", field="picture")
    return found


def _bytes(asset: Asset) -> bytes:
    try:
        with asset.open() as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise LibraryError(
            "The file of this picture is missing. Choose another one.", field="picture"
        ) from error


def _watermark(brand: Brand) -> bytes | Path | None:
    return _bytes(brand.watermark) if brand.watermark else None


def variations(video: Video, *, brand: Brand) -> Sequence[Design]:
    """Three to choose from: other frames, other layouts, one title."""
    base = Design(title=video.title, brand_name=video.team.name, watermark=brand.watermark_id is not None)
    if film_of(video) is None:
        base = replace(base, source=COLOURS)
    length = video.duration_s or 0.0
    return [
        replace(base, at_s=round(length * share, 2), layout=LAYOUTS[number % len(LAYOUTS)])
        for number, share in enumerate(PLACES)
    ]
