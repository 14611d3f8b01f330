"""Whether there is evidence that everything in a video may be used (LIB-08).

Without it nothing goes out. What the product drew and rendered itself needs none; a file of somebody else's needs its
licence, and where that asks for a name or a receipt, those.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.library.models import Asset, AssetKind, Video
from apps.publishing.findings import Finding
from apps.publishing.models import Post

WORDS = {
    "licence": "its licence",
    "receipt": "the receipt of its licence",
    "credit": "whom to name as its author",
}


@dataclass(frozen=True)
class Missing:
    """A file of the video, and what is missing of its evidence."""

    asset: Asset
    what: str

    @property
    def sentence(self) -> str:
        return f"{self.asset} ({self.asset.get_kind_display().lower()}): {self.what} is missing."


def missing_evidence(video: Video) -> list[Missing]:
    """The files of the video that nobody could prove the right to, with what is missing; one query."""
    return _missing(video.assets.order_by("kind", "position", "created_at", "pk"))


def evidence_findings(post: Post, *chosen: Asset | None) -> list[Finding]:
    """What stops a post of all that its video is made of, and of the files that are `chosen` beside it; one query."""
    parts = [asset for asset in chosen if asset is not None]
    if post.video_id is not None:
        made_of = Asset.objects.filter(video_id=post.video_id)
        parts += made_of.only("kind", "title", "provenance_json").order_by("kind", "position", "pk")
    missing = _missing({asset.pk: asset for asset in parts}.values())
    if not missing:
        return []
    more = f" And {len(missing) - 1} more." if len(missing) > 1 else ""
    sentence = "The evidence that everything in it may be used is not complete."
    return [Finding("evidence", f"{sentence} {missing[0].sentence}{more}")]


def _missing(assets: Iterable[Asset]) -> list[Missing]:
    lacking = ((asset, asset.provenance.lacks) for asset in assets)
    return [Missing(asset, WORDS[what]) for asset, what in lacking if what]


def is_made_by_ai(video: Video) -> bool:
    """Whether a voice, a picture or music in it was made by a model from words: then platforms want to be told."""
    made = (AssetKind.VOICE, AssetKind.IMAGE, AssetKind.CLIP, AssetKind.MUSIC)
    return any(_is_synthetic(asset) for asset in video.assets.filter(kind__in=made))


def _is_synthetic(asset: Asset) -> bool:
    """Found pictures have the page they were found on; the built-in music is put together by rules."""
    origin = asset.provenance
    if asset.kind == AssetKind.MUSIC and origin.provider == "builtin":
        return False
    return bool(origin.prompt) and not origin.source_url and origin.provider not in ("upload", "showrunner")
