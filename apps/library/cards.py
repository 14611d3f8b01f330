"""Videos and own media as lists show them: everything that a row needs, found at once for all rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Q, Sum, Value, When

from apps.core.addresses import addresses
from apps.library.models import Asset, AssetKind, Video
from apps.library.queries import STILLS, format_place
from apps.teams.models import Team


@dataclass(frozen=True)
class VideoCard:
    """A video, its address, the address of its still (or nothing), its picture formats and what its files weigh."""

    video: Video
    href: str
    still: str
    formats: list[str]
    size_bytes: int


def cards(team: Team, videos: Iterable[Video]) -> list[VideoCard]:
    """The cards of these videos of the team, in their order."""
    rows = list(videos)
    facts = {fact["video"]: fact for fact in _facts(rows)}
    page, file = (addresses(name, team.slug) for name in ("library:video", "library:file"))
    return [_card(video, facts.get(video.pk, {}), page, file) for video in rows]


def _facts(rows: list[Video]) -> Iterable[dict[str, Any]]:
    """For each video: its formats, its stills with the best first, and the bytes of its files."""
    best = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(STILLS)))
    return (
        Asset.objects.filter(video__in=rows)
        .order_by()
        .values("video")
        .annotate(
            formats=ArrayAgg("format", filter=Q(kind=AssetKind.RENDITION) & ~Q(format=""), distinct=True),
            stills=ArrayAgg("pk", filter=Q(kind__in=STILLS), order_by=[best, "position", "created_at"]),
            size_bytes=Sum("file__size"),
        )
    )


def _card(
    video: Video, fact: dict[str, Any], page: Callable[[UUID], str], file: Callable[[UUID], str]
) -> VideoCard:
    stills = fact.get("stills") or []
    return VideoCard(
        video=video,
        href=page(video.pk),
        still=file(stills[0]) if stills else "",
        formats=sorted(fact.get("formats") or [], key=format_place),
        size_bytes=fact.get("size_bytes", 0),
    )


@dataclass(frozen=True)
class MediaCard:
    """A file of the team's own with its addresses: its bytes, its still (or nothing), its evidence, its deletion."""

    asset: Asset
    href: str
    still: str
    evidence: str
    delete: str


def media_cards(team: Team, assets: Iterable[Asset]) -> list[MediaCard]:
    """The cards of these assets of the team, in their order."""
    names = ("library:file", "library:evidence", "library:delete_media")
    file, evidence, delete = (addresses(name, team.slug) for name in names)
    return [
        MediaCard(
            asset=asset,
            href=file(asset.pk),
            still=file(asset.poster_id) if asset.poster_id else "",
            evidence=evidence(asset.pk),
            delete=delete(asset.pk),
        )
        for asset in assets
    ]
