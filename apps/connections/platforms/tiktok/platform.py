"""TikTok's entry in the registry (Content Posting API, "Media transfer guide" and "Direct post").

Rows marked so are unverified; correct them here.
"""

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
from apps.connections.platforms.tiktok.identity import LIST, PUBLISH, SCOPES, STATS, TikTokIdentity
from apps.connections.platforms.tiktok.publisher import TikTokPublisher
from apps.connections.registry import Platform

_LIMITS = Limits(
    TextLimits(description=2200, description_unit="utf16"),
    MediaLimits(
        containers=("mp4", "mov", "webm"),
        video_codecs=("h264", "hevc", "vp8", "vp9"),
        audio_codecs=("aac", "opus", "vorbis", "mp3"),  # unverified
        size_max=4_000_000_000,
        duration_max_s=600.0,  # and what the account may: facts["longest_s"]
        ratio_best=9 / 16,
        side_min=360,
        side_max=4096,
        fps_min=23.0,
        fps_max=60.0,
        safe=UPRIGHT_SAFE,
    ),
    a_day=15,  # unverified: the cap of a creator over all applications
    privacies=("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"),
)

TIKTOK = Platform(
    slug="tiktok",
    name="TikTok",
    icon="tiktok",
    colour="tiktok",
    summary="Direct posts of upright videos.",
    capabilities=frozenset({Capability.IDENTITY, Capability.PUBLISH, Capability.METRICS}),
    identity=TikTokIdentity(),
    publisher=TikTokPublisher(),
    scopes=SCOPES,
    needed={Capability.PUBLISH: (PUBLISH,), Capability.METRICS: (LIST, STATS)},
    limits={PostKind.VIDEO: _LIMITS, PostKind.SHORT: _LIMITS},
    costs=Costs(
        buckets=(
            Bucket("posts", "Posts", 15, of="account", resets="sliding"),  # unverified
            Bucket("people", "Accounts that post", 0, of="app", resets="sliding"),  # 5 until the audit
            Bucket("inits", "Posts begun", 6, of="account", resets="sliding", window_s=60),
            Bucket("creator", "Questions before a post", 20, of="account", resets="sliding", window_s=60),
            Bucket("status", "Questions after a post", 30, of="account", resets="sliding", window_s=60),
        ),
        operations={
            "publish": (Cost("posts"), Cost("people"), Cost("inits"), Cost("creator")),
            "publish.open": (Cost("posts"), Cost("people"), Cost("inits"), Cost("creator")),
            "publish.resume": (Cost("status"),),
            "publish.look": (Cost("status"),),
            "publish.settle": (Cost("status"),),
            "identity.account": (Cost("creator"),),
            "identity.accounts": (Cost("creator"),),
        },
        exhausts={"reached_active_user_cap": "people"},
    ),
    public_needs_audit="TikTok shows posts of applications that it has not audited to their owner only, and takes them "
    "only from private accounts (at most five a day). Ask for the audit before you promise anybody a public post.",
)
