"""What a platform can do, and within which limits: the one table that forms, checks and pages read (CON-06)."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal


class Capability(Enum):
    """A kind of thing that a platform may be able to do."""

    IDENTITY = "identity"
    PUBLISH = "publish"
    SCHEDULE = "schedule"  # the platform itself makes it public at a time
    EDIT = "edit"  # words of what is already published
    DELETE = "delete"
    THUMBNAIL = "thumbnail"
    CAPTIONS = "captions"
    PLAYLIST = "playlist"
    FIRST_COMMENT = "first_comment"
    COMMENTS = "comments"
    LIVE = "live"
    CHAT = "chat"
    METRICS = "metrics"
    MEETING = "meeting"
    RECORDING = "recording"


ALL = frozenset(Capability)
OF_POSTS = frozenset(
    {
        Capability.PUBLISH,
        Capability.SCHEDULE,
        Capability.EDIT,
        Capability.DELETE,
        Capability.THUMBNAIL,
        Capability.CAPTIONS,
        Capability.PLAYLIST,
        Capability.FIRST_COMMENT,
    }
)


class PostKind(Enum):
    """What is published: a video, or a short one that the platform shows upright in its own feed."""

    VIDEO = "video"
    SHORT = "short"


@dataclass(frozen=True)
class TextLimits:
    """How long words may be. `unit` is what the platform counts: characters (code points), bytes of UTF-8, or
    UTF-16 units. 0 means: the platform has no such field. `forbidden` are signs it refuses. `needs_title` says that it
    takes nothing without a title."""

    title: int = 0
    description: int = 0
    description_unit: Literal["characters", "bytes", "utf16"] = "characters"
    tags: int = 0  # all of them together, as the platform counts them
    hashtags: int = 0
    mentions: int = 0
    comment: int = 0
    forbidden: str = ""
    needs_title: bool = False


@dataclass(frozen=True)
class SafeArea:
    """The shares of the frame at its sides that the platform covers with words and buttons."""

    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    left: float = 0.0


UPRIGHT_SAFE = SafeArea(
    top=0.08, right=0.12, bottom=0.2, left=0.05
)  # unverified: what short feeds leave free


@dataclass(frozen=True)
class MediaLimits:
    """What a file may be. Sizes are bytes, times seconds, sides pixels; ratios are width ÷ height; None is no limit.

    `needs_index_first` asks for an MP4 that plays while it loads. `lufs` is the loudness at which the platform plays
    everything, `lufs_tolerance` how far a file may lie from it before it is levelled.
    """

    containers: tuple[str, ...] = ("mp4",)
    video_codecs: tuple[str, ...] = ("h264",)
    audio_codecs: tuple[str, ...] = ("aac",)
    size_max: int | None = None
    duration_min_s: float = 0.0
    duration_max_s: float | None = None
    ratio_min: float | None = None
    ratio_max: float | None = None
    ratio_best: float | None = None
    side_min: int | None = None
    side_max: int | None = None
    width_max: int | None = None
    fps_min: float | None = None
    fps_max: float | None = None
    bitrate_max: int | None = None  # bits a second
    needs_sound: bool = False
    needs_index_first: bool = False
    lufs: float | None = -14.0
    lufs_tolerance: float = 1.0
    safe: SafeArea = SafeArea()


@dataclass(frozen=True)
class Limits:
    """Words and files of one kind of post. `a_day` is how many posts an account may have published in 24 hours."""

    text: TextLimits
    media: MediaLimits
    a_day: int | None = None
    privacies: tuple[str, ...] = ()  # the platform's own words, the widest first


@dataclass(frozen=True)
class Bucket:
    """Something that a platform lets us have only so much of: calls or units, until `resets`.

    `of` says whose it is: the application's (all teams together) or one account's. `resets` is "pacific-midnight",
    "utc-midnight" or "sliding" (over `window_s`). Of a `told` one the platform itself says with its answers how full it
    is, so we do not count; its limit is 100, for percent.
    """

    name: str
    label: str
    limit: int
    of: Literal["app", "account"]
    resets: Literal["pacific-midnight", "utc-midnight", "sliding"]
    window_s: int = 86_400
    told: bool = False


@dataclass(frozen=True)
class Cost:
    """What one call takes out of a bucket."""

    bucket: str
    units: int = 1


@dataclass(frozen=True)
class Costs:
    """What each operation of an adapter costs, by its name, for the ledger and for what people are told before they
    spend it.

    `publish` is a whole publication, to ask beforehand whether it is affordable; `publish.open`, `.resume`, `.look`,
    `.commit`, `.settle`, `.edit`, `.delete`, `.published` are the calls of a Publisher, `publish.thumbnail`,
    `.captions`, `.playlist`, `.first_comment` what `finish` does; `identity.account` is the check. A name may carry a
    qualifier (`publish.commit:short`, `publish.captions:en`); without an entry of its own it costs what the name
    before the colon does. What has no entry costs nothing. A bucket with the limit 0 is one whose size nobody tells:
    only the platform's own word counts.
    """

    buckets: tuple[Bucket, ...] = ()
    operations: dict[str, tuple[Cost, ...]] = field(default_factory=dict)
    exhausts: dict[str, str] = field(
        default_factory=dict
    )  # the platform's word for "no more" → the bucket it means

    def of(self, operation: str) -> tuple[Cost, ...]:
        """What an operation takes; empty where it costs nothing."""
        return self.operations.get(operation) or self.operations.get(operation.partition(":")[0], ())

    def bucket(self, name: str) -> Bucket:
        return next(bucket for bucket in self.buckets if bucket.name == name)
