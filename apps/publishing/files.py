"""Which file of a video goes to which channel."""

import math
from collections.abc import Iterable

from apps.connections.capabilities import PostKind
from apps.connections.registry import PLATFORMS
from apps.library.models import Asset, AssetKind, StoredFile, Video
from apps.publishing.models import Target


def file_of(target: Target) -> Asset | None:
    """What goes out: the mended copy where there is one, else the chosen file. None where it is gone or deleted.

    Only what `repair_key` says is made of the chosen bytes counts as mended.
    """
    return _present(target.repaired if target.repair_key and target.repaired else target.asset)


def chosen_file_of(target: Target) -> Asset | None:
    """What somebody chose, whatever has to be mended about it. None where it is gone or deleted."""
    return _present(target.asset)


def _present(asset: Asset | None) -> Asset | None:
    if asset is None or asset.deleted_at is not None:
        return None
    if asset.video is not None and asset.video.deleted_at is not None:
        return None
    return asset


def rendition_for(video: Video, platform: str, kind: PostKind) -> Asset | None:
    """The video's file that is nearest to the shape which the platform shows best; None where it has no file."""
    found = Asset.objects.filter(video=video, kind__in=(AssetKind.RENDITION, AssetKind.SOURCE))
    return _nearest(
        found.select_related("file").order_by("position", "created_at", "pk"), _best_ratio(platform, kind)
    )


def _best_ratio(platform: str, kind: PostKind) -> float:
    known = PLATFORMS.get(platform)
    limits = known.limits.get(kind) if known else None
    if limits and limits.media.ratio_best:
        return limits.media.ratio_best
    return 9 / 16 if kind == PostKind.SHORT else 16 / 9


def _nearest(assets: Iterable[Asset], ratio: float) -> Asset | None:
    """Finished files before sources; of those by shape, one of unknown shape last."""

    def distance(asset: Asset) -> tuple[bool, float]:
        shape = math.inf if not asset.width or not asset.height else asset.width / asset.height
        return asset.kind == AssetKind.SOURCE, abs(math.log(shape / ratio))

    return min(assets, key=distance, default=None)


def captions_of(target: Target) -> dict[str, StoredFile]:
    """One caption file for each language of the post's video."""
    if target.post.video is None:
        return {}
    assets = Asset.objects.filter(video=target.post.video, kind=AssetKind.CAPTION).select_related("file")
    readable = [asset for asset in assets.order_by("position", "pk") if asset.suffix in ("srt", "vtt")]
    by_language: dict[str, StoredFile] = {}
    for asset in sorted(readable, key=lambda asset: asset.suffix):
        by_language.setdefault(asset.language or target.post.video.language, asset.file)
    return by_language


def thumbnail_of(target: Target) -> StoredFile | None:
    asset = target.post.thumbnail
    return asset.file if asset is not None and asset.deleted_at is None else None
