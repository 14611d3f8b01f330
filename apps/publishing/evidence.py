"""Whether there is evidence that everything in a video may be used (LIB-08).

Without it nothing goes out. What the product drew and rendered itself needs none; a file of somebody else's needs its
licence, and where that asks for a name or a receipt, those.
"""

from dataclasses import dataclass

from apps.library.models import Asset, AssetKind, Video
from apps.library.provenance import Provenance

OURS = ("showrunner", "builtin")
NEEDS = {"licensed": "receipt", "cc by": "credit"}
WORDS = {"receipt": "the receipt of its licence", "credit": "whom to name as its author"}


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
    rows = video.assets.order_by("kind", "position", "created_at", "pk")
    found = ((asset, _missing(asset.provenance)) for asset in rows)
    return [Missing(asset, what) for asset, what in found if what]


def _missing(origin: Provenance) -> str:
    if origin.provider in OURS:
        return ""
    licence = origin.licence.strip()
    if not licence:
        return "its licence"
    needed = NEEDS.get(licence.casefold())
    return WORDS[needed] if needed and not getattr(origin, needed).strip() else ""


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
