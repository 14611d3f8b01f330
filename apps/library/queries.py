"""Reads of the library."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from apps.library.channels import on_channel
from apps.library.models import (
    Asset,
    AssetKind,
    StorageUse,
    Video,
    VideoVersion,
    searchable,
)
from apps.library.provenance import BY_HAND
from apps.library.removal import UNDO_FOR
from apps.media.formats import FormatName
from apps.teams.models import Team

FACET_ROWS = 500  # choices of tags and languages come from the newest videos
TAG_CHOICES = 40
SHORTEST_TYPO = 4  # letters from which on a word may be misspelt
STILLS = (AssetKind.THUMBNAIL, AssetKind.POSTER, AssetKind.GRAPHIC_POSTER)
FORMAT_ORDER = {name.value: place for place, name in enumerate(FormatName)}


@dataclass(frozen=True)
class VideoFilter:
    """What a list of videos is narrowed to; empty means everything. `since` is a moment, included, `channel` the id
    of a connection or `channels.NOWHERE`."""

    text: str = ""
    status: str = ""
    source: str = ""
    language: str = ""
    tag: str = ""
    channel: str = ""
    since: datetime | None = None


def videos(team: Team, wanted: VideoFilter, *, order: str = "-created_at") -> QuerySet[Video]:
    """The team's videos that match all of it, in this order."""
    found: QuerySet[Video] = Video.objects.in_team(team)
    for name in ("status", "source", "language"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    if wanted.tag:
        found = found.filter(tags__contains=[wanted.tag])
    if wanted.channel:
        found = on_channel(found, team, wanted.channel)
    if wanted.since:
        found = found.filter(created_at__gte=wanted.since)
    return search(found, wanted.text).order_by(*_order(order))


def _order(order: str) -> tuple[Any, Any]:
    """The expressions to sort by, those of the indexes: titles whatever their case, videos without a length last."""
    name, down = order.removeprefix("-"), order.startswith("-")
    expressions: dict[str, Any] = {"title": Lower("title"), "duration_s": F("duration_s")}
    column: Any = expressions.get(name, F(name))
    if name == "duration_s":
        return (column.desc(nulls_last=True), "-id") if down else (column.asc(nulls_first=True), "id")
    return (column.desc(), "-id") if down else (column.asc(), "id")


def search(found: QuerySet[Video], text: str) -> QuerySet[Video]:
    """Those whose title, description and tags hold every word, or (for longer texts) something spelt like it.

    Case and accents do not count. Served by the trigram index.
    """
    words = searchable(text).split()
    if not words:
        return found
    every = Q()
    for word in words:
        every &= Q(search_text__contains=word)
    if len("".join(words)) >= SHORTEST_TYPO:
        every |= Q(search_text__trigram_word_similar=" ".join(words))
    return found.filter(every)


@dataclass(frozen=True)
class Facets:
    """The choices that filters offer, as (value, label)."""

    tags: list[tuple[str, str]]
    languages: list[str]


def facets(team: Team) -> Facets:
    """Tags, the most used first, and languages of the newest FACET_ROWS videos."""
    rows = Video.objects.in_team(team).order_by("-created_at", "-id").values_list("tags", "language")
    tags: Counter[str] = Counter()
    languages: set[str] = set()
    for row_tags, language in rows[:FACET_ROWS]:
        tags.update(row_tags)
        languages.add(language)
    common = sorted(tags.items(), key=lambda pair: (-pair[1], pair[0]))[:TAG_CHOICES]
    return Facets([(tag, f"{tag} ({count})") for tag, count in common], sorted(languages))


def _still_of(assets: Sequence[Asset]) -> Asset | None:
    stills = [asset for kind in STILLS for asset in assets if asset.kind == kind]
    return next(iter(stills), None)


def format_place(name: str) -> tuple[int, str]:
    """To sort picture formats by: the well-known ones first, in their order."""
    return FORMAT_ORDER.get(name, len(FORMAT_ORDER)), name


@dataclass(frozen=True)
class Contents:
    """The assets of one video by what they are for. `renditions` has one for each format, widely known ones first."""

    renditions: list[Asset]
    captions: list[Asset]
    thumbnails: list[Asset]
    others: list[Asset] = field(default_factory=list)

    @property
    def all(self) -> list[Asset]:
        return [*self.renditions, *self.captions, *self.thumbnails, *self.others]

    @property
    def still(self) -> Asset | None:
        return _still_of([*self.thumbnails, *self.others])

    def rendition(self, format_name: str) -> Asset | None:
        """The one in this format; otherwise the first."""
        chosen = [asset for asset in self.renditions if asset.format == format_name]
        return next(iter(chosen or self.renditions), None)

    @property
    def tracks(self) -> list[Asset]:
        """The captions that a player can show, one a language."""
        found = {asset.language: asset for asset in reversed(self.captions) if asset.suffix == "vtt"}
        return list(reversed(found.values()))

    def of_timeline(self, kind: str, suffix: str) -> Asset | None:
        """What a player draws its timeline with: `sprite` (`jpg` and `vtt`), `waveform` (`json`)."""
        return next((one for one in self.others if one.kind == kind and one.suffix == suffix), None)

    def caption(self, suffix: str) -> Asset | None:
        """The first caption file of this kind, such as `.vtt`."""
        return next((asset for asset in self.captions if asset.file.path.endswith(suffix)), None)


def contents(video: Video) -> Contents:
    """What the video consists of, by one query."""
    groups: dict[str, list[Asset]] = defaultdict(list)
    for asset in video.assets.select_related("file").order_by("position", "created_at", "id"):
        groups[asset.kind].append(asset)
    renditions = groups.pop(AssetKind.RENDITION, [])
    renditions.sort(key=lambda asset: format_place(asset.format))
    captions, thumbnails = groups.pop(AssetKind.CAPTION, []), groups.pop(AssetKind.THUMBNAIL, [])
    others = [asset for kind in AssetKind for asset in groups.get(kind, [])]
    return Contents(renditions, captions, thumbnails, others)


def made_by_hand(video: Video, language: str) -> list[Asset]:
    """What people added to a video and what outlives a new making of it: thumbnails, captions in other languages than
    this one, which the making brings itself."""
    found = video.assets.filter(provenance_json__provider=BY_HAND)
    kept = Q(kind=AssetKind.THUMBNAIL) | Q(kind=AssetKind.CAPTION) & ~Q(language=language)
    return list(found.filter(kept).order_by("kind", "position", "created_at"))


def own_media(team: Team, kind: str = "", text: str = "") -> QuerySet[Asset]:
    """The team's own images, clips and music, newest first; for the media page and for picking visuals."""
    kinds = [kind] if kind else [AssetKind.IMAGE, AssetKind.CLIP, AssetKind.MUSIC]
    found: QuerySet[Asset] = Asset.objects.in_team(team).filter(video=None, kind__in=kinds)
    if text:
        found = found.filter(title__icontains=text)
    return found.select_related("file", "poster").order_by("-created_at", "-id")


@dataclass(frozen=True)
class StartingWords:
    """What a post of a video begins with. `category` is the platform's id, empty where none was chosen."""

    title: str
    description: str
    tags: tuple[str, ...]
    language: str
    category: str
    visibility: str
    made_for_kids: bool


def starting_words(video: Video, platform: str = "") -> StartingWords:
    """The words of the video as they are meant for a platform (its slug), or in common without one (LIB-04)."""
    said = video.overrides_json.get(platform, {})
    return StartingWords(
        title=said.get("title") or video.title,
        description=said.get("description") or video.description,
        tags=tuple(said.get("tags") or video.tags),
        language=video.language,
        category=video.category,
        visibility=video.visibility,
        made_for_kids=video.made_for_kids,
    )


def versions(video: Video) -> QuerySet[VideoVersion]:
    """Every version, the newest first."""
    return video.versions.select_related("author").order_by("-number")


def storage_use(team: Team) -> StorageUse:
    """What the team stores; zeros for a team that has stored nothing yet."""
    return StorageUse.objects.in_team(team).first() or StorageUse(team=team)


def deleted_videos(team: Team, *, now: datetime) -> QuerySet[Video]:
    """Videos that can still be brought back, the last deleted first."""
    found = Video.with_deleted.in_team(team).filter(deleted_at__gt=now - UNDO_FOR)
    return found.order_by("-deleted_at")


def deleted_media(team: Team, *, now: datetime) -> QuerySet[Asset]:
    found = Asset.with_deleted.in_team(team).filter(deleted_at__gt=now - UNDO_FOR)
    return found.order_by("-deleted_at")


def undo_left_s(row: Video | Asset, *, now: datetime) -> float:
    """Seconds for which a deleted row can still be brought back."""
    left = UNDO_FOR - (now - row.deleted_at) if row.deleted_at else timedelta()
    return max(0.0, left.total_seconds())
