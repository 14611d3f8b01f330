"""What publishing tells the rest of the product."""

from dataclasses import dataclass, field

from apps.events.registry import define_event

PAGES_ONLY = "open pages follow it; people are told of the post's end"


@dataclass(frozen=True)
class PostChanged:
    """`what` is `created`, `edited`, `rejected`, `held` or `mended`; `reason` a sentence where there is one."""

    what: str
    reason: str = ""


@dataclass(frozen=True)
class PostScheduled:
    """`due_at` is ISO 8601; `platforms` are slugs."""

    due_at: str
    zone: str
    platforms: list[str]


@dataclass(frozen=True)
class PostCancelled:
    platforms: list[str]


@dataclass(frozen=True)
class PostDueSoon:
    due_at: str
    zone: str
    minutes: int
    platforms: list[str]


@dataclass(frozen=True)
class PostBlocked:
    """`reasons` maps the names of connections to what keeps the post from going out there."""

    due_at: str
    zone: str
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PostEnded:
    """How a post came out. `links` maps the names of connections to where it is seen (empty where a platform gives
    none), `failed` those where it is not to the reason."""

    links: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class TargetWaiting:
    """Due, and held back: `until` is when it goes on by itself (ISO 8601)."""

    post_id: str
    platform: str
    reason: str
    until: str


@dataclass(frozen=True)
class TargetPublished:
    post_id: str
    platform: str
    connection: str
    external_id: str
    link: str
    warnings: list[str]


@dataclass(frozen=True)
class TargetFailed:
    post_id: str
    platform: str
    connection: str
    reason: str
    code: str


@dataclass(frozen=True)
class TargetChanged:
    """`what` is `edited` or `deleted` at the platform, or `refused` with the reason."""

    post_id: str
    platform: str
    what: str
    reason: str = ""


@dataclass(frozen=True)
class SeriesPaused:
    """An evergreen series stopped by itself; `reason` is a sentence."""

    reason: str


POST_CHANGED = define_event(
    "post.changed", data=PostChanged, summary="A post was written or edited.", unheard_because=PAGES_ONLY
)
POST_SCHEDULED = define_event(
    "post.scheduled",
    data=PostScheduled,
    summary="A post has a time at which it goes out.",
    unheard_because=PAGES_ONLY,
)
POST_CANCELLED = define_event(
    "post.cancelled", data=PostCancelled, summary="A post was called off.", unheard_because=PAGES_ONLY
)
POST_DUE_SOON = define_event(
    "post.due_soon", data=PostDueSoon, summary="A post goes out within the next half hour."
)
POST_BLOCKED = define_event(
    "post.blocked", data=PostBlocked, summary="A planned post can't go out on a channel as it is."
)
POST_PUBLISHED = define_event("post.published", data=PostEnded, summary="A post is published everywhere.")
POST_PARTLY_PUBLISHED = define_event(
    "post.partly_published",
    data=PostEnded,
    summary="A post is published on some of its channels, and failed on others.",
)
POST_FAILED = define_event("post.failed", data=PostEnded, summary="A post could not be published anywhere.")
TARGET_WAITING = define_event(
    "target.waiting", data=TargetWaiting, summary="A post waits on one channel.", unheard_because=PAGES_ONLY
)
TARGET_PUBLISHED = define_event(
    "target.published",
    data=TargetPublished,
    summary="A post is published on one channel.",
    unheard_because=PAGES_ONLY,
)
TARGET_FAILED = define_event(
    "target.failed", data=TargetFailed, summary="A post failed on one channel.", unheard_because=PAGES_ONLY
)
TARGET_CHANGED = define_event(
    "target.changed",
    data=TargetChanged,
    summary="What is published on one channel was edited or taken down, or the platform refused that.",
    unheard_because=PAGES_ONLY,
)
SERIES_PAUSED = define_event(
    "series.paused", data=SeriesPaused, summary="An evergreen series could not go on, and waits for a person."
)
