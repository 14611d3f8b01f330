"""YouTube's entry in the registry: what it can do, its limits, and what its calls cost.

Sources: Data API reference (`videos`), "Determine quota cost" (buckets of 2026: uploads and searches have their own),
discovery document revision 20261104. Rows marked so are unverified; correct them here.
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
from apps.connections.models import StrikeKind
from apps.connections.platforms.youtube.identity import MANAGE, SCOPES, SSL, UPLOAD, YouTubeIdentity
from apps.connections.platforms.youtube.publisher import YouTubePublisher
from apps.connections.registry import Platform, StrikeRules

_TEXT = TextLimits(
    title=100,
    description=5000,
    description_unit="bytes",
    tags=500,
    hashtags=60,  # unverified: with more than 60 all are ignored
    comment=10_000,  # unverified
    forbidden="<>",
    needs_title=True,
)
_PRIVACIES = ("public", "unlisted", "private")
_CONTAINERS = ("mp4", "mov", "webm", "mkv", "avi", "mpegts")
_CODECS = ("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "prores")
_SOUNDS = ("aac", "mp3", "opus", "vorbis", "flac", "pcm_s16le")


def _units(number: int) -> tuple[Cost, ...]:
    return (Cost("units", number),)


YOUTUBE = Platform(
    slug="youtube",
    name="YouTube",
    icon="youtube",
    colour="youtube",
    summary="Videos and Shorts with thumbnail, captions, playlist and a time of publication.",
    capabilities=frozenset(
        {
            Capability.IDENTITY,
            Capability.PUBLISH,
            Capability.SCHEDULE,
            Capability.EDIT,
            Capability.DELETE,
            Capability.THUMBNAIL,
            Capability.CAPTIONS,
            Capability.PLAYLIST,
            Capability.FIRST_COMMENT,
            Capability.COMMENTS,
            Capability.LIVE,
            Capability.CHAT,
            Capability.METRICS,
        }
    ),
    identity=YouTubeIdentity(),
    publisher=YouTubePublisher(),
    scopes=SCOPES,
    needed={
        Capability.PUBLISH: (UPLOAD,),
        Capability.SCHEDULE: (UPLOAD,),
        Capability.THUMBNAIL: (UPLOAD,),
        Capability.EDIT: (MANAGE,),
        Capability.DELETE: (MANAGE,),
        Capability.PLAYLIST: (MANAGE,),
        Capability.LIVE: (MANAGE,),
        Capability.CAPTIONS: (SSL,),
        Capability.FIRST_COMMENT: (SSL,),
        Capability.COMMENTS: (SSL,),
        Capability.CHAT: (SSL,),
        Capability.METRICS: ("https://www.googleapis.com/auth/yt-analytics.readonly",),
    },
    limits={
        PostKind.VIDEO: Limits(
            _TEXT,
            MediaLimits(
                _CONTAINERS,
                _CODECS,
                _SOUNDS,
                size_max=274_877_906_944,
                duration_max_s=43_200.0,  # 15 minutes until the channel is verified by phone (unverified)
                ratio_best=16 / 9,
            ),
            privacies=_PRIVACIES,
        ),
        PostKind.SHORT: Limits(
            _TEXT,
            MediaLimits(
                _CONTAINERS,
                _CODECS,
                _SOUNDS,
                size_max=274_877_906_944,
                duration_max_s=180.0,
                ratio_max=1.0,
                ratio_best=9 / 16,
                safe=UPRIGHT_SAFE,
            ),
            privacies=_PRIVACIES,
        ),
    },
    costs=Costs(
        buckets=(
            Bucket("uploads", "Uploads", 100, of="app", resets="pacific-midnight"),
            Bucket("searches", "Searches", 100, of="app", resets="pacific-midnight"),
            Bucket("units", "Calls", 10_000, of="app", resets="pacific-midnight"),
            Bucket("channel", "Uploads of the channel", 0, of="account", resets="sliding"),
        ),
        operations={
            "publish": (Cost("uploads"), Cost("channel"), Cost("units", 2)),
            "publish.open": (Cost("uploads"), Cost("channel")),
            "publish.look": _units(1),
            "publish.settle": _units(1),
            "publish.published": _units(1),
            "publish.views": _units(1),
            "publish.refused": _units(1),
            "publish.edit": _units(51),
            "publish.delete": _units(50),
            "publish.thumbnail": _units(50),
            "publish.captions": _units(400),
            "publish.playlist": _units(51),
            "publish.playlists": _units(1),
            "publish.first_comment": _units(51),
            "identity.account": _units(1),
            "identity.accounts": _units(1),
        },
        exhausts={"uploadLimitExceeded": "channel"},
    ),
    public_needs_audit="Google keeps uploads of applications that it has not audited private. "
    "Ask for the audit before you promise anybody a public video.",
    strikes=StrikeRules(
        lasts_days=90,
        most=3,  # copyright and community guidelines are counted apart
        refusals={
            "copyright": StrikeKind.COPYRIGHT,
            "claim": StrikeKind.COPYRIGHT,
            "inappropriate": StrikeKind.COMMUNITY,
            "termsOfUse": StrikeKind.COMMUNITY,
            "trademark": StrikeKind.OTHER,
            "legal": StrikeKind.OTHER,
        },
    ),
    account_word="channel",
)
