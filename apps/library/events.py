"""What the library tells the rest of the product."""

from dataclasses import dataclass

from apps.events.registry import define_event


@dataclass(frozen=True)
class VideoCreated:
    title: str
    source: str


@dataclass(frozen=True)
class VideoReady:
    title: str
    duration_s: float
    formats: list[str]


@dataclass(frozen=True)
class VideoEdited:
    version: int
    changed: list[str]


@dataclass(frozen=True)
class VideoDeleted:
    title: str


@dataclass(frozen=True)
class VideoRestored:
    title: str


@dataclass(frozen=True)
class MediaUploaded:
    kind: str
    title: str


@dataclass(frozen=True)
class VideoCommented:
    title: str
    by: str
    text: str


@dataclass(frozen=True)
class VideosExpiring:
    titles: list[str]
    count: int
    on: str


PAGES_ONLY = "open pages show it; publishing and messages come with their own features"

VIDEO_CREATED = define_event(
    "video.created", data=VideoCreated, summary="A video was begun or uploaded.", unheard_because=PAGES_ONLY
)
VIDEO_READY = define_event(
    "video.ready",
    data=VideoReady,
    summary="A video has its finished files and can be watched and published.",
)
VIDEO_EDITED = define_event(
    "video.edited",
    data=VideoEdited,
    summary="Title, description, tags, language or audience of a video changed.",
    unheard_because=PAGES_ONLY,
)
VIDEO_DELETED = define_event(
    "video.deleted",
    data=VideoDeleted,
    summary="A video was deleted. It can be brought back for ten minutes.",
    unheard_because=PAGES_ONLY,
)
VIDEO_RESTORED = define_event(
    "video.restored",
    data=VideoRestored,
    summary="A deleted video was brought back in time.",
    unheard_because=PAGES_ONLY,
)
MEDIA_UPLOADED = define_event(
    "media.uploaded",
    data=MediaUploaded,
    summary="A member uploaded an image, a clip or music of their own.",
    unheard_because=PAGES_ONLY,
)
VIDEO_COMMENTED = define_event(
    "video.commented",
    data=VideoCommented,
    summary="A member, or a guest with a link, said something of a video.",
)
VIDEOS_EXPIRING = define_event(
    "videos.expiring",
    data=VideosExpiring,
    summary="Videos are as old as the team keeps them, and are removed on the day that is told.",
)
