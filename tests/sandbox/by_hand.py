"""Schemas of answers, written by the platforms' documentation where they publish none of their own."""

import json
import re
from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WORD: Schema = {"type": "string", "minLength": 1}
WHOLE: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
DIGITS: Schema = {"type": "string", "pattern": r"^\d+$"}


def thing(needed: Schema, more: Schema | None = None, *, closed: bool = True) -> Schema:
    return {
        "type": "object",
        "properties": {**needed, **(more or {})},
        "required": list(needed),
        "additionalProperties": not closed,
    }


def rows(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def against(schema: Schema, body: bytes, where: str) -> list[str]:
    try:
        data = json.loads(body)
    except ValueError:
        return [f"{where}: no JSON"]
    found = Draft202012Validator(schema).iter_errors(data)
    return [f"{where}: {'/'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in found]


# TikTok ---------------------------------------------------------------------------------------------------------

FAILS = {"enum": [
    "internal", "video_pull_failed", "photo_pull_failed", "file_format_check_failed", "duration_check_failed",
    "frame_rate_check_failed", "picture_size_check_failed", "spam_risk_too_many_posts", "spam_risk",
    "spam_risk_text", "spam_risk_user_banned_from_posting", "auth_removed", "publish_cancelled",
]}  # fmt: skip
STATES = ["PROCESSING_UPLOAD", "PROCESSING_DOWNLOAD", "SEND_TO_USER_INBOX", "PUBLISH_COMPLETE", "FAILED"]
PRIVACIES = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"]
CLIP = {
    **dict.fromkeys(("id", "cover_image_url", "share_url", "video_description", "title", "embed_html"), TEXT),
    **dict.fromkeys(("create_time", "duration", "height", "width", "like_count", "comment_count"), COUNT),
    **dict.fromkeys(("share_count", "view_count"), COUNT),
    "embed_link": TEXT,
}
PERSON = {
    **dict.fromkeys(("open_id", "union_id", "avatar_url", "avatar_url_100", "avatar_large_url"), WORD),
    **dict.fromkeys(("display_name", "username", "profile_deep_link"), WORD),
    **dict.fromkeys(("follower_count", "following_count", "likes_count", "video_count"), COUNT),
    "bio_description": TEXT,
    "is_verified": FLAG,
}
OPENED = thing(
    {"publish_id": {"type": "string", "maxLength": 64}, "upload_url": {"type": "string", "maxLength": 256}}
)
TIKTOK: dict[str, Schema] = {
    "v2/user/info/": thing({"user": thing({}, PERSON)}),
    "v2/post/publish/creator_info/query/": thing(
        {
            **dict.fromkeys(("creator_avatar_url", "creator_username", "creator_nickname"), WORD),
            "privacy_level_options": rows({"enum": PRIVACIES}),
            **dict.fromkeys(("comment_disabled", "duet_disabled", "stitch_disabled"), FLAG),
            "max_video_post_duration_sec": COUNT,
        }
    ),
    "v2/post/publish/video/init/": OPENED,
    "v2/post/publish/inbox/video/init/": OPENED,
    "v2/post/publish/status/fetch/": thing(
        {"status": {"enum": STATES}},
        {"fail_reason": FAILS, "publicaly_available_post_id": rows(WHOLE), "uploaded_bytes": COUNT},
    ),
    "v2/post/publish/cancel/": thing({}),
    "v2/video/list/": thing({"videos": rows(thing({}, CLIP)), "cursor": COUNT, "has_more": FLAG}),
    "v2/video/query/": thing({"videos": rows(thing({}, CLIP))}),
}
TIKTOK_TOKEN = thing(
    {
        **dict.fromkeys(("access_token", "open_id", "refresh_token", "scope"), WORD),
        **dict.fromkeys(("expires_in", "refresh_expires_in"), COUNT),
        "token_type": {"const": "Bearer"},
    }
)
OAUTH_ERROR = thing({"error": WORD, "error_description": TEXT}, {"log_id": WORD})


def tiktok(verb: str, path: str, status: int, body: bytes) -> list[str]:
    if path.startswith("v2/auth/") or not body:
        return []
    if path == "v2/oauth/token/" and b'"code"' not in body:
        return against(TIKTOK_TOKEN if status == 200 else OAUTH_ERROR, body, path)
    if path.startswith("v2/oauth/") and b'"code"' not in body:
        return against(thing({}) if status == 200 else OAUTH_ERROR, body, path)
    said = {
        "code": {"const": "ok"} if status == 200 else {"not": {"const": "ok"}},
        "message": TEXT,
        "log_id": WORD,
    }
    data = TIKTOK.get(path, thing({})) if status == 200 else thing({})
    return against(thing({"data": data, "error": thing(said)}), body, path)


# Meta -----------------------------------------------------------------------------------------------------------

META_ERROR = thing(
    {
        "error": thing(
            {"message": WORD, "type": WORD, "code": WHOLE, "fbtrace_id": WORD},
            {
                "error_subcode": WHOLE,
                "is_transient": FLAG,
                "error_user_title": TEXT,
                "error_user_msg": TEXT,
                "error_data": thing({"start_offset": DIGITS, "end_offset": DIGITS}),
            },
        )
    }
)
RUPLOAD_ERROR = thing({"debug_info": thing({"retriable": FLAG, "type": WORD, "message": WORD})})
NODE_ID = {"type": "string", "pattern": r"^(\d+|upload:.+)$"}
EDGE = thing({"data": rows({"type": "object"})}, {"paging": {"type": "object"}})
LIMIT = thing({"quota_total": COUNT, "quota_duration": COUNT})
INSIGHT = thing(
    {"name": WORD, "period": {"const": "lifetime"}, "values": rows(thing({"value": COUNT})), "id": WORD},
    {"title": TEXT, "description": TEXT},
)
META: dict[str, Schema] = {
    "GET oauth/access_token": thing({"access_token": WORD, "token_type": {"const": "bearer"}, "expires_in": COUNT}),
    "POST media": thing({"id": NODE_ID}, {"uri": WORD}),
    "POST media_publish": thing({"id": NODE_ID}),
    "POST uploads": thing({"id": NODE_ID}),
    "POST comments": thing({"id": NODE_ID}),
    "POST replies": thing({"id": NODE_ID}),
    **dict.fromkeys(("GET insights", "GET video_insights"), thing({"data": rows(INSIGHT)})),
    **dict.fromkeys(("POST thumbnails", "POST subscribed_apps", "DELETE subscribed_apps"), thing({"success": FLAG})),
    "GET subscribed_apps": thing({"data": rows(thing({"id": WORD, "name": WORD, "subscribed_fields": rows(WORD)}))}),
    "GET content_publishing_limit": thing(
        {"data": rows(thing({}, {"quota_usage": COUNT, "config": LIMIT}))}
    ),
    **dict.fromkeys(
        (f"GET {name}" for name in ("media", "video_reels", "videos", "comments", "accounts", "thumbnails")), EDGE
    ),
}  # fmt: skip


def meta(verb: str, path: str, status: int, body: bytes) -> list[str]:
    host, _, rest = path.partition("/")
    if host == "www":
        return []
    if status >= 400:
        rupload = host == "rupload" and b"debug_info" in body
        return against(RUPLOAD_ERROR if rupload else META_ERROR, body, path)
    if host == "rupload":
        done = thing({"success": {"const": True}, "message": WORD})
        return against(done if verb == "POST" else thing({"offset": COUNT}), body, path)
    edge = re.sub(r"^v[\d.]+/(?:[^/]+/(?=\w))?", "", rest)
    if rest.endswith("oauth/access_token"):
        edge, verb = "oauth/access_token", "GET"
    return against(META.get(f"{verb} {edge}", {"type": "object"}), body, path)


# Twitch ---------------------------------------------------------------------------------------------------------

TWITCH_USER = thing(
    {
        **dict.fromkeys(("id", "login", "display_name", "profile_image_url", "created_at"), WORD),
        **dict.fromkeys(("type", "description", "offline_image_url"), TEXT),
        "broadcaster_type": {"enum": ["", "affiliate", "partner"]},
        "view_count": COUNT,
    },
    {"email": WORD},
)
TWITCH_CHANNEL = thing(
    {
        **dict.fromkeys(("broadcaster_id", "broadcaster_login", "broadcaster_name"), WORD),
        **dict.fromkeys(("broadcaster_language", "game_id", "game_name", "title"), TEXT),
        "delay": COUNT,
        "tags": rows(WORD),
        "content_classification_labels": rows(WORD),
        "is_branded_content": FLAG,
    }
)
TWITCH: dict[str, Schema] = {
    "oauth2/token": thing(
        {
            **dict.fromkeys(("access_token", "refresh_token"), WORD),
            "expires_in": COUNT,
            "scope": rows(WORD),
            "token_type": {"const": "bearer"},
        }
    ),
    "oauth2/validate": thing(
        {**dict.fromkeys(("client_id", "login", "user_id"), WORD), "scopes": rows(WORD), "expires_in": COUNT}
    ),
    "helix/users": thing({"data": rows(TWITCH_USER)}),
    "helix/channels": thing({"data": rows(TWITCH_CHANNEL)}),
    "helix/streams/key": thing({"data": rows(thing({"stream_key": WORD}))}),
    "helix/channels/followers": thing(
        {"total": COUNT, "data": rows({"type": "object"}), "pagination": thing({})}
    ),
    "helix/streams": thing({"data": rows({"type": "object"}), "pagination": thing({}, {"cursor": WORD})}),
}


def twitch(verb: str, path: str, status: int, body: bytes) -> list[str]:
    if path == "oauth2/authorize" or not body:
        return []
    if status >= 400:
        needed = {"status": {"const": status}, "message": WORD}
        if path.startswith("helix/"):
            needed["error"] = WORD
        return against(thing(needed, {"error": WORD}), body, path)
    return against(TWITCH[path], body, path)


# Restream -------------------------------------------------------------------------------------------------------

RESTREAM: dict[str, Schema] = {
    "oauth/token": thing(
        {
            **dict.fromkeys(("access_token", "refresh_token", "scope"), WORD),
            "token_type": {"const": "Bearer"},
            "expires_in": COUNT,
        },
        dict.fromkeys(
            (
                "accessTokenExpiresIn",
                "accessTokenExpiresEpoch",
                "refreshTokenExpiresIn",
                "refreshTokenExpiresEpoch",
            ),
            COUNT,
        ),
    ),
    "v2/user/profile": thing({"id": COUNT, "username": WORD, "email": WORD}),
    "v2/user/channel/all": rows(
        thing(
            {
                **dict.fromkeys(("id", "streamingPlatformId"), COUNT),
                **dict.fromkeys(("embedUrl", "url", "identifier", "displayName"), WORD),
                "enabled": FLAG,
            }
        )
    ),
    "v2/user/streamKey": thing({"streamKey": WORD, "srtUrl": WORD}),
}


def restream(verb: str, path: str, status: int, body: bytes) -> list[str]:
    if path == "login" or not body:
        return []
    if status >= 400:
        told = {
            **{name: {"const": status} for name in ("statusCode", "status", "code")},
            "message": WORD,
            "name": WORD,
        }
        return against(thing({"error": thing(told)}), body, path)
    return against(RESTREAM.get(path, {"type": "object"}), body, path)


# Zoom -----------------------------------------------------------------------------------------------------------

ZOOM: dict[str, Schema] = {
    "oauth/token": thing(
        {
            **dict.fromkeys(("access_token", "refresh_token", "scope", "api_url"), WORD),
            "token_type": {"const": "bearer"},
            "expires_in": COUNT,
        }
    ),
    "oauth/revoke": thing({"status": {"const": "success"}}),
    "v2/users/me": thing(
        {
            **dict.fromkeys(("id", "display_name", "email", "role_name", "timezone", "created_at"), WORD),
            **dict.fromkeys(("pic_url", "account_id", "language", "status", "first_name"), WORD),
            **dict.fromkeys(("last_name", "dept"), TEXT),
            **dict.fromkeys(("pmi", "verified"), COUNT),
            "type": {"enum": [1, 2, 4, 99]},
            "use_pmi": FLAG,
        }
    ),
}


def zoom(verb: str, path: str, status: int, body: bytes) -> list[str]:
    if path == "oauth/authorize" or not body:
        return []
    if status < 400:
        return against(ZOOM[path], body, path)
    of_tokens = path.startswith("oauth/") and b'"reason"' in body
    refusal = {"reason": WORD, "error": WORD} if of_tokens else {"code": COUNT, "message": WORD}
    return against(thing(refusal), body, path)


# Microsoft ------------------------------------------------------------------------------------------------------

MICROSOFT: dict[str, Schema] = {
    "v2.0/.well-known/openid-configuration": thing(
        dict.fromkeys(("issuer", "authorization_endpoint", "token_endpoint"), WORD), closed=False
    ),
    "oauth2/v2.0/token": thing(
        {
            "token_type": {"const": "Bearer"},
            **dict.fromkeys(("scope", "access_token"), WORD),
            **dict.fromkeys(("expires_in", "ext_expires_in"), COUNT),
        },
        dict.fromkeys(("refresh_token", "id_token"), WORD),
    ),
    "me": thing(dict.fromkeys(("id", "displayName", "userPrincipalName"), WORD), closed=False),
}
AADSTS = thing(
    {
        **dict.fromkeys(("error", "timestamp", "trace_id", "correlation_id"), WORD),
        "error_description": {"type": "string", "pattern": r"^AADSTS\d+: "},
        "error_codes": rows(COUNT),
    },
    {"error_uri": WORD},
)
GRAPH_ERROR = thing(
    {
        "error": thing(
            {
                **dict.fromkeys(("code", "message"), WORD),
                "innerError": thing(dict.fromkeys(("date", "request-id", "client-request-id"), WORD)),
            }
        )
    }
)


def microsoft(verb: str, path: str, status: int, body: bytes) -> list[str]:
    if path.endswith("/authorize") or not body:
        return []
    if status >= 400:
        return against(AADSTS if b'"error_codes"' in body else GRAPH_ERROR, body, path)
    return against(MICROSOFT[path.partition("/")[2]], body, path)
