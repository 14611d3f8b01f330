"""Judging text and images by OpenAI's model, together with the word lists of the house."""

import base64
import mimetypes
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from apps.providers.adapters import Adapter, Done, Work
from apps.providers.builtin.moderation import judge
from apps.providers.capabilities import Capability, ModerationRequest, Reason, Verdict
from apps.providers.openai.service import FACTS, client, wrong_shape

MODEL = str(FACTS["moderation"]["model"])
SENTENCES = {
    "harassment": "It insults or threatens somebody.",
    "hate": "It insults people for what they are, or calls for harm to them.",
    "illicit": "It tells how to do something against the law.",
    "self-harm": "It speaks of self-harm in a way that could hurt.",
    "sexual": "It is sexual.",
    "violence": "It shows or calls for violence.",
}


class Result(BaseModel):
    """What was found in one input."""

    model_config = ConfigDict(extra="ignore")

    flagged: bool
    categories: dict[str, bool | None]


class Judged(BaseModel):
    """The documented body of an answer."""

    model_config = ConfigDict(extra="ignore")

    results: list[Result] = Field(min_length=1)


class OpenAIModeration(Adapter[ModerationRequest]):
    """Free of charge. The model knows neither strong language nor the team's own words: the lists do."""

    capability = Capability.MODERATION

    def run(self, request: ModerationRequest, work: Work) -> Done:
        reasons = {
            reason.category: reason
            for reason in judge(request.text, (*request.blocked_terms, *settings.MODERATION_BLOCKED_TERMS))
        }
        asked = _inputs(request)
        if not asked:
            return Done(Verdict(not reasons, tuple(reasons.values()), ()))
        with client(work.credentials) as service:
            answer = service.post("/moderations", json={"model": MODEL, "input": asked}, idempotent=True)
        try:
            judged = Judged.model_validate(answer.json_object())
        except ValidationError as error:
            raise wrong_shape(error) from error
        for category in _flagged(judged):
            reasons.setdefault(category, Reason(category, (), _sentence(category)))
        checked = tuple("image" if part["type"] == "image_url" else "text" for part in asked)
        return Done(Verdict(not reasons, tuple(reasons.values()), checked), model=MODEL)


def _inputs(request: ModerationRequest) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if request.text.strip():
        parts.append({"type": "text", "text": request.text})
    if request.image is not None:
        parts.append({"type": "image_url", "image_url": {"url": _data_address(request.image)}})
    return parts


def _data_address(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "image/jpeg"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _flagged(judged: Judged) -> list[str]:
    """The categories found, without their finer parts ("hate/threatening"); "other" where none is named."""
    found: dict[str, None] = {}
    for result in judged.results:
        if result.flagged:
            named = [category.partition("/")[0] for category, yes in result.categories.items() if yes]
            found.update(dict.fromkeys(named or ["other"]))
    return list(found)


def _sentence(category: str) -> str:
    return SENTENCES.get(category, "OpenAI's check flags it.")
