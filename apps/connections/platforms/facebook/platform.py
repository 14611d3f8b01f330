"""Facebook's entry in the registry ("Reels publishing", "Publish a video"). Rows marked so are unverified."""

from apps.connections.capabilities import (
    UPRIGHT_SAFE,
    Bucket,
    Capability,
    Cost,
    Costs,
    Limits,
    MediaLimits,
    PostKind,
    TextLimits,
)
from apps.connections.platforms.facebook.identity import (
    ENGAGE,
    INSIGHTS,
    POST,
    READ,
    SCOPES,
    SHOW,
    FacebookIdentity,
)
from apps.connections.platforms.facebook.publisher import FacebookPublisher
from apps.connections.platforms.meta.subscribed import SubscribedApps
from apps.connections.platforms.meta.usage import BUCKETS, ROOM
from apps.connections.registry import Platform

_TEXT = TextLimits(
    title=255,  # unverified
    description=5000,  # unverified
    comment=8000,  # unverified
)

FACEBOOK = Platform(
    slug="facebook",
    name="Facebook",
    icon="facebook",
    colour="facebook",
    summary="Videos and reels of pages, at once or at a time.",
    capabilities=frozenset(
        {
            Capability.IDENTITY,
            Capability.PUBLISH,
            Capability.SCHEDULE,
            Capability.EDIT,
            Capability.DELETE,
            Capability.THUMBNAIL,
            Capability.FIRST_COMMENT,
            Capability.COMMENTS,
            Capability.LIVE,
            Capability.METRICS,
        }
    ),
    identity=FacebookIdentity(),
    publisher=FacebookPublisher(),
    hooks=SubscribedApps("Facebook", ("feed", "live_videos", "mention")),
    scopes=SCOPES,
    needed={
        Capability.PUBLISH: (SHOW, READ, POST),
        Capability.SCHEDULE: (POST,),
        Capability.EDIT: (POST,),
        Capability.DELETE: (POST,),
        Capability.THUMBNAIL: (POST,),
        Capability.LIVE: (READ, POST),
        Capability.FIRST_COMMENT: (ENGAGE,),
        Capability.COMMENTS: (ENGAGE, "pages_read_user_content"),
        Capability.METRICS: (INSIGHTS,),
    },
    limits={
        PostKind.VIDEO: Limits(
            _TEXT,
            MediaLimits(
                containers=("mp4", "mov"),
                video_codecs=("h264", "hevc"),
                size_max=10_000_000_000,
                duration_max_s=14_400.0,
                ratio_best=16 / 9,
            ),
        ),
        PostKind.SHORT: Limits(
            _TEXT,
            MediaLimits(
                containers=("mp4",),
                video_codecs=("h264", "hevc"),
                size_max=10_000_000_000,
                duration_min_s=3.0,
                duration_max_s=90.0,
                ratio_max=0.6,
                ratio_best=9 / 16,
                side_min=540,
                fps_min=24.0,
                fps_max=60.0,
                needs_sound=True,  # unverified; a silent track does no harm
                safe=UPRIGHT_SAFE,
            ),
            a_day=30,
        ),
    },
    costs=Costs(
        buckets=(
            Bucket("reels", "Reels", 30, of="account", resets="sliding"),
            Bucket("posts", "Posts of the page", 0, of="account", resets="sliding"),
            *BUCKETS,
        ),
        operations={
            "publish": (Cost("posts"), *ROOM),
            "publish.open": (Cost("posts"), *ROOM),
            "publish:short": (Cost("posts"), Cost("reels"), *ROOM),
            "publish.open:short": (Cost("posts"), Cost("reels"), *ROOM),
            "publish.views": ROOM,
        },
        exhausts={"1363047": "posts"},
    ),
    public_needs_audit="Until Meta has reviewed this installation's application, only people with a role in the "
    "application can connect their pages.",
    account_word="page",
)
