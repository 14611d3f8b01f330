"""Instagram's entry in the registry ("Content publishing", "Reel specifications"). Rows marked so are unverified."""

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
from apps.connections.platforms.instagram.identity import (
    COMMENT,
    INSIGHTS,
    PUBLISH,
    SCOPES,
    InstagramIdentity,
)
from apps.connections.platforms.instagram.publisher import InstagramPublisher
from apps.connections.platforms.meta.subscribed import SubscribedApps
from apps.connections.platforms.meta.usage import BUCKETS, ROOM
from apps.connections.registry import Platform

_LIMITS = Limits(
    TextLimits(
        description=2200,
        hashtags=30,  # unverified
        mentions=20,  # unverified
        comment=2200,  # unverified
    ),
    MediaLimits(
        containers=("mp4", "mov"),
        video_codecs=("h264", "hevc"),
        size_max=300_000_000,  # older pages say 1 GB
        duration_min_s=3.0,
        duration_max_s=900.0,
        ratio_min=0.01,
        ratio_max=10.0,
        ratio_best=9 / 16,
        width_max=1920,
        fps_min=23.0,
        fps_max=60.0,
        bitrate_max=25_000_000,
        needs_sound=True,  # unverified; a silent track does no harm
        needs_index_first=True,
        safe=UPRIGHT_SAFE,
    ),
    a_day=50,  # the guide says 100; what the account may is read before each post
)

INSTAGRAM = Platform(
    slug="instagram",
    name="Instagram",
    icon="instagram",
    colour="instagram",
    summary="Reels of professional accounts that belong to a Facebook page.",
    capabilities=frozenset(
        {
            Capability.IDENTITY,
            Capability.PUBLISH,
            Capability.FIRST_COMMENT,
            Capability.COMMENTS,
            Capability.METRICS,
        }
    ),
    identity=InstagramIdentity(),
    publisher=InstagramPublisher(),
    hooks=SubscribedApps("Instagram", ("comments", "live_comments", "mentions")),
    scopes=SCOPES,
    needed={
        Capability.PUBLISH: ("instagram_basic", PUBLISH),
        Capability.FIRST_COMMENT: (COMMENT,),
        Capability.COMMENTS: (COMMENT,),
        Capability.METRICS: (INSIGHTS,),
    },
    limits={PostKind.VIDEO: _LIMITS, PostKind.SHORT: _LIMITS},
    costs=Costs(
        buckets=(Bucket("posts", "Posts", 50, of="account", resets="sliding"), *BUCKETS),
        operations={
            "publish": (Cost("posts"), *ROOM),
            "publish.open": ROOM,
            "publish.commit": (Cost("posts"),),
            "publish.views": ROOM,
        },
    ),
    public_needs_audit="Until Meta has reviewed this installation's application, only people with a role in the "
    "application can connect their accounts.",
)
