"""A Telegram bot (core.telegram.org/bots/api): messages to chats that were linked by a code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.core.http import AuthExpired, Client, OutsideError, RateLimited, Rejected, Response
from apps.notifications.channels.content import Content
from apps.notifications.channels.errors import ContactGone, ContactMoved

LIMIT = 4096  # characters of a message
START = re.compile(r"/start(?:@\w+)? ([A-Za-z0-9_-]{1,64})")
GONE = ("chat not found", "user is deactivated", "bot was kicked", "have no rights to send")


def is_configured() -> bool:
    return bool(settings.TELEGRAM_BOT_TOKEN and settings.TELEGRAM_BOT_NAME)


def link_address(code: str) -> str:
    """Opening it asks Telegram to send `/start code` to the bot (core.telegram.org/bots/features, deep linking)."""
    return f"https://t.me/{settings.TELEGRAM_BOT_NAME}?start={code}"


def send(address: str, content: Content) -> str:
    """Write to the chat. Raises ContactGone where the person blocked the bot, ContactMoved where the group moved."""
    body = {
        "chat_id": int(address),
        "text": content.text(LIMIT),
        "link_preview_options": {"is_disabled": True},
        "disable_notification": False,
    }
    return str(_call("sendMessage", body).get("message_id", ""))


@dataclass(frozen=True)
class Started:
    """Somebody sent a code to the bot."""

    code: str
    chat_id: int
    name: str


def started_since(offset: int) -> tuple[list[Started], int]:
    """The codes that were sent to the bot, and the offset to ask with next time: asking with it forgets these."""
    found = _call(
        "getUpdates", {"offset": offset, "timeout": 0, "allowed_updates": ["message"]}, idempotent=True
    )
    updates = [update for update in found.get("updates", []) if isinstance(update, dict)]
    last = max((int(update.get("update_id", 0)) for update in updates), default=offset - 1)
    return list(_started(updates)), last + 1


def _started(updates: list[dict[str, Any]]) -> Iterator[Started]:
    for update in updates:
        message = update.get("message") or {}
        chat, match = message.get("chat") or {}, START.fullmatch(str(message.get("text", "")))
        if match and isinstance(chat.get("id"), int):
            name = chat.get("username") or chat.get("title") or chat.get("first_name") or ""
            yield Started(match[1], chat["id"], str(name)[:60])


def _call(method: str, body: dict[str, Any], *, idempotent: bool = False) -> dict[str, Any]:
    """The `result` of a method of the bot; a list comes as {"updates": […]}."""
    token = settings.TELEGRAM_BOT_TOKEN
    with Client(
        settings.TELEGRAM_API,
        guard=False,
        service="Telegram",
        timeout_s=15,
        secrets=[token],
        classify=_classify,
    ) as client:
        answer = client.post(f"bot{token}/{method}", json=body, idempotent=idempotent).json_object()
    result = answer.get("result")
    return {"updates": result} if isinstance(result, list) else result if isinstance(result, dict) else {}


def _classify(response: Response) -> OutsideError | None:
    """Telegram says everything in the body: {"ok": false, "error_code", "description", "parameters"}."""
    try:
        said = response.json_object()
    except OutsideError:
        return None
    given = said.get("parameters")
    more: dict[str, Any] = given if isinstance(given, dict) else {}
    words = str(said.get("description", ""))[:200]
    if "migrate_to_chat_id" in more:
        return ContactMoved(
            "The Telegram group has another number now.", address=str(more["migrate_to_chat_id"])
        )
    if response.status == 429:
        wait = float(more.get("retry_after", 1))
        return RateLimited("Telegram asks to wait: too many messages (429).", retry_after_s=wait, status=429)
    if response.status == 403 or any(sign in words.lower() for sign in GONE):
        return ContactGone(
            f"Telegram does not deliver to this chat any more. It said: {words}", status=response.status
        )
    if response.status in (401, 404):
        return AuthExpired(
            "Telegram does not know the bot of this installation. Check TELEGRAM_BOT_TOKEN.", status=401
        )
    if response.status == 400:
        return Rejected(f"Telegram did not accept the message. It said: {words}", status=400)
    return None
