"""Finding and fetching a stock clip or photo at Pexels that fits a scene."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from apps.core import http
from apps.providers.adapters import Adapter, Credentials, Done, Work
from apps.providers.capabilities import Capability, Visual, VisualRequest
from apps.providers.errors import NotCovered

BASE_ADDRESS = "https://api.pexels.com"
LICENCE = "Pexels licence: free to use, credit kept"
PER_PAGE = 20
SHORTEST_SIDE = 1080
MAX_CLIP_BYTES = 150_000_000
MAX_PHOTO_BYTES = 30_000_000
KEYWORDS_ASKED = 3
CHOICE_AMONG = 5
RATIOS = {"portrait": 9 / 16, "landscape": 16 / 9, "square": 1.0}
# Locales that Pexels searches in; others are searched in its default, English.
LOCALES = {
    "en": "en-US", "pt": "pt-BR", "es": "es-ES", "ca": "ca-ES", "de": "de-DE", "it": "it-IT", "fr": "fr-FR",
    "sv": "sv-SE", "id": "id-ID", "pl": "pl-PL", "ja": "ja-JP", "zh": "zh-CN", "ko": "ko-KR", "th": "th-TH",
    "nl": "nl-NL", "hu": "hu-HU", "vi": "vi-VN", "cs": "cs-CZ", "da": "da-DK", "fi": "fi-FI", "uk": "uk-UA",
    "el": "el-GR", "ro": "ro-RO", "sk": "sk-SK", "tr": "tr-TR", "ru": "ru-RU",
}  # fmt: skip


class Loose(BaseModel):
    """A part of an answer: what we read of it."""

    model_config = ConfigDict(extra="ignore")


class Person(Loose):
    """Who filmed it."""

    name: str = "Pexels"


class VideoFile(Loose):
    """One size of a clip."""

    link: str
    file_type: str = ""
    quality: str | None = None
    width: int | None = None
    height: int | None = None


class Video(Loose):
    """A clip."""

    id: int
    url: str
    width: int = 0
    height: int = 0
    duration: float = 0
    user: Person = Person()
    video_files: list[VideoFile] = []


class PhotoSizes(Loose):
    """The addresses of a photo by size."""

    original: str


class Photo(Loose):
    """A photo."""

    id: int
    url: str
    width: int = 0
    height: int = 0
    photographer: str = "Pexels"
    src: PhotoSizes


class VideoPage(Loose):
    """The documented body of a clip search."""

    videos: list[Video]


class PhotoPage(Loose):
    """The documented body of a photo search."""

    photos: list[Photo]


Item = TypeVar("Item", Video, Photo)
Shape = TypeVar("Shape", VideoPage, PhotoPage)


@dataclass(frozen=True)
class Found:
    """What was chosen: the file to fetch, and what must be told of it."""

    kind: Literal["clip", "still"]
    link: str
    credit: str
    page: str


class PexelsVisual(Adapter[VisualRequest]):
    """A clip that is long enough; else a photo, which is set in motion; another one for each seed."""

    capability = Capability.VISUAL

    def run(self, request: VisualRequest, work: Work) -> Done:
        """Raises NotCovered where nothing fits."""
        with client(work.credentials) as service:
            found = _search(service, request)
        if found is None:
            raise NotCovered(f"Pexels has nothing for “{_query(request, KEYWORDS_ASKED)}”.")
        name = hashlib.sha256(found.link.encode()).hexdigest()[:16]
        if found.kind == "clip":
            got = http.download(
                found.link, work.folder / f"{name}.mp4", max_bytes=MAX_CLIP_BYTES, allowed_types=("video/*",)
            )
        else:
            got = http.download(
                found.link, work.folder / f"{name}.jpg", max_bytes=MAX_PHOTO_BYTES, allowed_types=("image/*",)
            )
        return Done(Visual(found.kind, got.path, credit=found.credit, licence=LICENCE, source_url=found.page))


def client(credentials: Credentials) -> http.Client:
    """A client with the key's header."""
    return http.Client(
        credentials.base_address or BASE_ADDRESS,
        headers={"Authorization": credentials.secret},
        timeout_s=30.0,
        secrets=(credentials.secret,),
        service="Pexels",
        label="pexels",
    )


def _search(service: http.Client, request: VisualRequest) -> Found | None:
    """Clips for the key words, photos for them, then both with fewer words."""
    for count in (KEYWORDS_ASKED, 1):
        query = _query(request, count)
        if query:
            found = _clip(service, request, query) or _photo(service, request, query)
            if found:
                return found
    return None


def _query(request: VisualRequest, count: int) -> str:
    return " ".join(request.keywords[:count]) or (request.description[:80] if count > 1 else "")


def _params(request: VisualRequest, query: str) -> dict[str, str | int]:
    params: dict[str, str | int] = {"query": query, "per_page": PER_PAGE, "orientation": request.orientation}
    locale = LOCALES.get(request.language.split("-")[0])
    return {**params, "locale": locale} if locale else params


def _clip(service: http.Client, request: VisualRequest, query: str) -> Found | None:
    page = _page(service, "/videos/search", request, query, VideoPage)
    fitting = [
        video
        for video in page.videos
        if video.url not in request.avoid
        and video.duration >= request.duration_s
        and best_file(video.video_files, request)
    ]
    if not fitting:
        return None
    video = _picked(fitting, request)
    file = best_file(video.video_files, request)
    return Found("clip", file.link, f"{video.user.name} / Pexels", video.url) if file else None


def _photo(service: http.Client, request: VisualRequest, query: str) -> Found | None:
    page = _page(service, "/v1/search", request, query, PhotoPage)
    fitting = [photo for photo in page.photos if photo.url not in request.avoid]
    if not fitting:
        return None
    photo = _picked(fitting, request)
    return Found(
        "still", f"{photo.src.original}?auto=compress&w=2160", f"{photo.photographer} / Pexels", photo.url
    )


def _picked(fitting: Sequence[Item], request: VisualRequest) -> Item:
    """One of the first few, another for each seed."""
    return fitting[request.seed % min(len(fitting), CHOICE_AMONG)]


def best_file(files: Sequence[VideoFile], request: VisualRequest) -> VideoFile | None:
    """The smallest MP4 whose short side is at least 1080, else the largest; of the wanted shape before any
    other."""
    wanted = RATIOS[request.orientation]
    usable = [file for file in files if file.file_type == "video/mp4" and file.width and file.height]

    def rank(file: VideoFile) -> tuple[bool, bool, float]:
        width, height = file.width or 1, file.height or 1
        short = min(width, height)
        off = abs(width / height - wanted) > 0.35
        return off, short < SHORTEST_SIDE, short if short >= SHORTEST_SIDE else -short

    return min(usable, key=rank, default=None)


def _page(service: http.Client, path: str, request: VisualRequest, query: str, shape: type[Shape]) -> Shape:
    """One page of results. Raises Unavailable where it is not one."""
    answer = service.get(path, params=_params(request, query)).json_object()
    try:
        return shape.model_validate(answer)
    except ValidationError as error:
        raise http.Unavailable(
            "Pexels sent an answer of the wrong shape.", detail=str(error)[:300]
        ) from error
