"""Where the outside platforms are, and this installation's registration at each of them.

Without a client id a platform cannot be connected; on the embedded default its stand-in of `apps.sandbox` takes its
place. `{sandbox}` in an address stands for SANDBOX_URL.
"""

import environ

env = environ.Env()

GRAPH_VERSION = env.str("META_GRAPH_VERSION", default="v26.0")
# Whose accounts may sign in at Microsoft: "organizations" is everybody's at work or school, an id or a domain one's.
TEAMS_TENANT = env.str("TEAMS_TENANT", default="organizations")

# Base addresses by what they are for. Every one can be set as PLATFORM_ADDRESSES="youtube.api=https://…,…".
REAL_ADDRESSES: dict[str, dict[str, str]] = {
    "youtube": {
        "authorize": "https://accounts.google.com/o/oauth2/v2/auth",
        "token": "https://oauth2.googleapis.com/token",
        "revoke": "https://oauth2.googleapis.com/revoke",
        "api": "https://youtube.googleapis.com",
        "upload": "https://www.googleapis.com",
        "web": "https://www.youtube.com",
    },
    "tiktok": {
        "authorize": "https://www.tiktok.com/v2/auth/authorize/",
        "api": "https://open.tiktokapis.com",
        "web": "https://www.tiktok.com",
    },
    "instagram": {
        "authorize": f"https://www.facebook.com/{GRAPH_VERSION}/dialog/oauth",
        "graph": f"https://graph.facebook.com/{GRAPH_VERSION}",
        "rupload": "https://rupload.facebook.com",
    },
    "facebook": {
        "authorize": f"https://www.facebook.com/{GRAPH_VERSION}/dialog/oauth",
        "graph": f"https://graph.facebook.com/{GRAPH_VERSION}",
        "graph-video": f"https://graph-video.facebook.com/{GRAPH_VERSION}",
        "rupload": "https://rupload.facebook.com",
    },
    "twitch": {
        "authorize": "https://id.twitch.tv/oauth2/authorize",
        "id": "https://id.twitch.tv/oauth2",
        "api": "https://api.twitch.tv/helix",
    },
    "restream": {
        "authorize": "https://api.restream.io/login",
        "token": "https://api.restream.io/oauth/token",
        "api": "https://api.restream.io/v2",
    },
    "zoom": {
        "authorize": "https://zoom.us/oauth/authorize",
        "token": "https://zoom.us/oauth/token",
        "revoke": "https://zoom.us/oauth/revoke",
        "api": "https://api.zoom.us/v2",
    },
    "teams": {
        "authorize": f"https://login.microsoftonline.com/{TEAMS_TENANT}/oauth2/v2.0/authorize",
        "token": f"https://login.microsoftonline.com/{TEAMS_TENANT}/oauth2/v2.0/token",
        "api": "https://graph.microsoft.com/v1.0",
    },
    "jitsi": {  # needs no registration: the server that is offered first, and 8x8's
        "server": "https://meet.jit.si",
        "jaas": "https://8x8.vc",
    },
}
SANDBOX_ADDRESSES: dict[str, dict[str, str]] = {
    "youtube": {
        "authorize": "{sandbox}/google/o/oauth2/v2/auth",
        "token": "{sandbox}/google/token",
        "revoke": "{sandbox}/google/revoke",
        "api": "{sandbox}/google",
        "upload": "{sandbox}/google",
        "web": "{sandbox}/google",
    },
    "tiktok": {
        "authorize": "{sandbox}/tiktok/v2/auth/authorize/",
        "api": "{sandbox}/tiktok",
        "web": "{sandbox}/tiktok",
    },
    "instagram": {
        "authorize": f"{{sandbox}}/meta/www/{GRAPH_VERSION}/dialog/oauth",
        "graph": f"{{sandbox}}/meta/graph/{GRAPH_VERSION}",
        "rupload": "{sandbox}/meta/rupload",
    },
    "facebook": {
        "authorize": f"{{sandbox}}/meta/www/{GRAPH_VERSION}/dialog/oauth",
        "graph": f"{{sandbox}}/meta/graph/{GRAPH_VERSION}",
        "graph-video": f"{{sandbox}}/meta/graph/{GRAPH_VERSION}",
        "rupload": "{sandbox}/meta/rupload",
    },
    "twitch": {
        "authorize": "{sandbox}/twitch/oauth2/authorize",
        "id": "{sandbox}/twitch/oauth2",
        "api": "{sandbox}/twitch/helix",
    },
    "restream": {
        "authorize": "{sandbox}/restream/login",
        "token": "{sandbox}/restream/oauth/token",
        "api": "{sandbox}/restream/v2",
    },
    "zoom": {
        "authorize": "{sandbox}/zoom/oauth/authorize",
        "token": "{sandbox}/zoom/oauth/token",
        "revoke": "{sandbox}/zoom/oauth/revoke",
        "api": "{sandbox}/zoom/v2",
    },
    "teams": {
        "authorize": f"{{sandbox}}/microsoft/{TEAMS_TENANT}/oauth2/v2.0/authorize",
        "token": f"{{sandbox}}/microsoft/{TEAMS_TENANT}/oauth2/v2.0/token",
        "api": "{sandbox}/microsoft/v1.0",
    },
    "jitsi": {
        "server": "{sandbox}/jitsi",
        "jaas": "{sandbox}/jitsi",
    },
}
_meta = (env.str("META_CLIENT_ID", default=""), env.str("META_CLIENT_SECRET", default=""))
PLATFORM_CLIENTS: dict[str, tuple[str, str]] = {  # client id and secret
    "youtube": (env.str("YOUTUBE_CLIENT_ID", default=""), env.str("YOUTUBE_CLIENT_SECRET", default="")),
    "tiktok": (env.str("TIKTOK_CLIENT_ID", default=""), env.str("TIKTOK_CLIENT_SECRET", default="")),
    "instagram": _meta,
    "facebook": _meta,
    "twitch": (env.str("TWITCH_CLIENT_ID", default=""), env.str("TWITCH_CLIENT_SECRET", default="")),
    "restream": (env.str("RESTREAM_CLIENT_ID", default=""), env.str("RESTREAM_CLIENT_SECRET", default="")),
    "zoom": (env.str("ZOOM_CLIENT_ID", default=""), env.str("ZOOM_CLIENT_SECRET", default="")),
    "teams": (env.str("TEAMS_CLIENT_ID", default=""), env.str("TEAMS_CLIENT_SECRET", default="")),
}
PLATFORM_HOOK_SECRETS: dict[str, str] = {  # what platforms sign their calls with, where they choose it
    "zoom": env.str("ZOOM_SECRET_TOKEN", default=""),
}
PLATFORM_ADDRESSES: dict[str, str] = env.dict("PLATFORM_ADDRESSES", default={})
_authorize = {
    name: PLATFORM_ADDRESSES.get(f"{name}.authorize", addresses["authorize"])
    for name, addresses in REAL_ADDRESSES.items()
    if "authorize" in addresses
}
# Where forms of ours may lead in the end: browsers hold redirects to `form-action` too.
PLATFORM_ORIGINS: list[str] = sorted(
    {"/".join(address.split("/")[:3]) for name, address in _authorize.items() if PLATFORM_CLIENTS[name][0]}
)
PLATFORM_AUDITED: list[str] = env.list(
    "PLATFORM_AUDITED", default=[]
)  # platforms that let our application post publicly
# What a platform allows us, where it differs from its table: "youtube.units=50000,youtube.uploads=1000".
PLATFORM_QUOTAS: dict[str, str] = env.dict("PLATFORM_QUOTAS", default={})
SANDBOX_URL = ""  # where the stand-ins are; the embedded default sets it
SANDBOX_PROCESSING_S = 4.0  # how long they say that they work on a video
