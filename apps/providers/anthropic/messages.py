"""A model that speaks Anthropic's Messages protocol."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from apps.core import http
from apps.providers.adapters import Credentials
from apps.providers.language.model import LanguageModel, Prices, Reply, Turns, ids_of

MODELS = Path(__file__).parent / "models.json"
FACTS = json.loads(MODELS.read_text(encoding="utf-8"))
MAX_ANSWER_TOKENS = 8000
MOST_LISTED = 1000
TOOL = "answer"


class Block(BaseModel):
    """A part of an answer: words, or a call of our tool. Other kinds are passed over."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = ""
    input: dict[str, Any] | None = None


class Usage(BaseModel):
    """The tokens that are billed."""

    model_config = ConfigDict(extra="ignore")

    input_tokens: int = 0
    output_tokens: int = 0


class Message(BaseModel):
    """The documented body of an answer."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["message"]
    content: list[Block]
    stop_reason: str | None = None
    usage: Usage = Usage()


class Messages(LanguageModel):
    """Claude. The shape is asked for as the input of a tool that the model has to call."""

    label = "anthropic"
    service = "Anthropic"
    base_address = "https://api.anthropic.com"
    default_model = str(FACTS["default"])
    prices = Prices.read(MODELS)

    def headers(self, credentials: Credentials) -> dict[str, str]:
        return {"x-api-key": credentials.secret, "anthropic-version": str(FACTS["version"])}

    def models(self) -> list[str]:
        answer = self.client.get("/v1/models", params={"limit": MOST_LISTED}, timeout_s=20.0)
        return ids_of(answer.json_object())

    def offers(self, models: Sequence[str]) -> bool:
        """The list has dated names (claude-x-20261001) also for what may be asked for without the date."""
        return any(re.sub(r"-\d{8}$", "", listed) == self.model or listed == self.model for listed in models)

    def say(self, system: str, turns: Turns, shape: type[BaseModel], temperature: float) -> Reply:
        """Without a temperature, which newer models do not take. A model that may not be made to call a tool
        is asked in words alone."""
        body = {
            "model": self.model,
            "max_tokens": MAX_ANSWER_TOKENS,
            "system": system,
            "messages": [{**turn, "content": turn["content"] or "(nothing)"} for turn in turns],
        }
        tool = {
            "name": TOOL,
            "description": "Hand over the finished answer.",
            "input_schema": shape.model_json_schema(),
        }
        forced = {"tools": [tool], "tool_choice": {"type": "tool", "name": TOOL}}
        try:
            return self._read(self._post({**body, **forced}))
        except http.Rejected as error:
            if error.status != 400 or "tool" not in error.detail:
                raise
        schema = json.dumps(shape.model_json_schema())
        return self._read(self._post({**body, "system": f"{system}\n\nThe object's JSON schema: {schema}"}))

    def _post(self, body: dict[str, Any]) -> http.Response:
        return self.client.post("/v1/messages", json=body, idempotent=True)

    def _read(self, answer: http.Response) -> Reply:
        try:
            message = Message.model_validate(answer.json_object())
        except ValidationError as error:
            raise http.Rejected(
                "Anthropic sent an answer of the wrong shape.", detail=str(error)[:300]
            ) from error
        if message.stop_reason == "refusal":
            raise self.refused()
        called = [block.input for block in message.content if block.type == "tool_use" and block.input]
        text = (
            json.dumps(called[0], ensure_ascii=False)
            if called
            else "".join(block.text for block in message.content if block.type == "text")
        )
        return Reply(text, message.usage.input_tokens, message.usage.output_tokens)

    @staticmethod
    def classify(response: http.Response) -> http.OutsideError | None:
        """Anthropic says 400 to an account without credit, which another text does not mend."""
        error = http.error_for(response)
        if response.status == 400 and "credit balance" in error.detail:
            return http.QuotaExceeded(
                "Anthropic says that the account has no credit left. Add some there.",
                status=400,
                detail=error.detail,
                code=error.code,
            )
        return None
