"""Answers of the stand-ins held against what their platforms publish: for YouTube Google's own discovery document,
for the others, which publish none, schemas that were written by their documentation (by_hand.py)."""

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import googleapiclient.discovery_cache
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from jsonschema import Draft202012Validator, FormatChecker

from tests.sandbox import by_hand

DOCUMENTS = Path(googleapiclient.discovery_cache.__file__).parent / "documents"
Schema = dict[str, Any]
UNKNOWN = b"was not found on this server"  # said of addresses that the stand-in does not have


FORMATS = FormatChecker(())


@FORMATS.checks("date-time", ValueError)
def is_moment(value: object) -> bool:
    """RFC 3339, as the discovery document means it."""
    return not isinstance(value, str) or (parse_datetime(value) is not None and value.endswith("Z"))


@cache
def discovery() -> Schema:
    document: Schema = json.loads((DOCUMENTS / "youtube.v3.json").read_text(encoding="utf-8"))
    return document


def json_schema(found: Schema) -> Schema:
    """A schema of the discovery format as JSON Schema; nothing besides its properties is allowed."""
    if "$ref" in found:
        return {"$ref": f"#/$defs/{found['$ref']}"}
    made: Schema = {}
    if found.get("type", "any") != "any":
        made["type"] = found["type"]
    if "enum" in found:
        made["enum"] = found["enum"]
    if found.get("format") == "date-time":
        made["format"] = "date-time"
    if found.get("format") in ("uint64", "int64") and found.get("type") == "string":
        made["pattern"] = r"^-?\d+$"
    if "properties" in found:
        made["properties"] = {name: json_schema(one) for name, one in found["properties"].items()}
        made["additionalProperties"] = False
    if "items" in found:
        made["items"] = json_schema(found["items"])
    if "additionalProperties" in found:
        made["additionalProperties"] = json_schema(found["additionalProperties"])
    return made


@cache
def validator(name: str) -> Draft202012Validator:
    schemas = {each: json_schema(one) for each, one in discovery()["schemas"].items()}
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schemas}, format_checker=FORMATS)


@cache
def methods() -> tuple[tuple[str, re.Pattern[str], Schema], ...]:
    """(verb, address, method) of everything that the document knows, uploads included."""
    return tuple(_walk(discovery()["resources"].values()))


def _walk(resources: Iterable[Schema]) -> Iterable[tuple[str, re.Pattern[str], Schema]]:
    for resource in resources:
        for method in resource.get("methods", {}).values():
            paths = [method["path"]]
            if "mediaUpload" in method:
                paths += [one["path"].lstrip("/") for one in method["mediaUpload"]["protocols"].values()]
            for path in paths:
                spelled = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
                yield method["httpMethod"], re.compile(spelled), method
        yield from _walk(resource.get("resources", {}).values())


def complaints(verb: str, path: str, status: int, body: bytes) -> list[str]:
    """What is wrong with an answer of YouTube's; `path` is below its root."""
    found = next(
        (method for each, regex, method in methods() if each == verb and regex.fullmatch(path)), None
    )
    if verb == "PUT" and path.startswith("upload/"):
        found = next(method for each, regex, method in methods() if each == "POST" and regex.fullmatch(path))
    if verb == "DELETE" and path.startswith("upload/"):
        return []  # a session that is given up: the protocol of uploads, not the API
    if found is None:
        return [f"{verb} {path} is not in Google's discovery document"]
    if status == 308 or not body:
        return []
    data = json.loads(body)
    if status >= 400:
        return (
            []
            if set(data) == {"error"} and {"code", "message", "errors"} <= set(data["error"])
            else [str(data)]
        )
    if "response" not in found:
        return [f"{found['id']} answers nothing, but {data} came"]
    if path.startswith("upload/") and data == {}:
        return []  # an upload session was opened: its address is in the head
    errors = validator(found["response"]["$ref"]).iter_errors(data)
    return [f"{found['id']}: {'/'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in errors]


def youtube(verb: str, path: str, status: int, body: bytes) -> list[str]:
    """Of Google's addresses only the YouTube API's are in the document."""
    return (
        complaints(verb, path, status, body) if path.startswith(("youtube/v3/", "upload/youtube/v3/")) else []
    )


CHECKS: dict[str, Callable[[str, str, int, bytes], list[str]]] = {
    "google": youtube,
    "tiktok": by_hand.tiktok,
    "meta": by_hand.meta,
    "twitch": by_hand.twitch,
    "restream": by_hand.restream,
    "zoom": by_hand.zoom,
    "microsoft": by_hand.microsoft,
}


class CheckedHandler(WSGIHandler):
    """Notes what is wrong with the answers of the stand-ins."""

    def __init__(self, wrong: list[str]) -> None:
        super().__init__()
        self.wrong = wrong

    def get_response(self, request: HttpRequest) -> Any:
        response: Any = super().get_response(request)
        platform, _, path = request.path.removeprefix("/sandbox/").partition("/")
        check = CHECKS.get(platform)
        if check and not response.streaming and UNKNOWN not in response.content:
            self.wrong += check(request.method or "", path, response.status_code, response.content)
        return response
