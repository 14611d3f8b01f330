"""The address of OpenAI, and what is known of its models."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from apps.core import http
from apps.providers.adapters import Credentials
from apps.providers.openai_compatible.chat import Chat, without_credit

FACTS: Mapping[str, Any] = json.loads((Path(__file__).parent / "models.json").read_text(encoding="utf-8"))
SERVICE = "OpenAI"
TIMEOUT_S = 180.0


class OpenAIChat(Chat):
    """OpenAI's own address."""

    label = "openai"
    service = SERVICE


def client(credentials: Credentials) -> http.Client:
    """A client with the key's header."""
    return http.Client(
        credentials.base_address or OpenAIChat.base_address,
        headers={"Authorization": f"Bearer {credentials.secret}"},
        timeout_s=TIMEOUT_S,
        secrets=(credentials.secret,),
        service=SERVICE,
        label="openai",
        classify=without_credit,
    )


def wrong_shape(error: ValueError) -> http.Rejected:
    """The error for an answer that is not the documented one."""
    return http.Rejected("OpenAI sent an answer of the wrong shape.", detail=str(error)[:300])
