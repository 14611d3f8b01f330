"""One question to a chat model, answered as JSON of a given shape."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from apps.core import http
from apps.providers.adapters import Cost, Credentials

BASE_ADDRESS = "https://api.openai.com/v1"
DEFAULT_MODEL = "gpt-4.1-mini"
TIMEOUT_S = 180.0
MAX_ANSWER_TOKENS = 8000
LETTERS_PER_TOKEN = 4

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Reply:
    """What the model said, and how many tokens went in and out."""

    text: str
    input_tokens: int
    output_tokens: int


class Chat:
    """A model at an address. Use it as a context manager."""

    def __init__(self, credentials: Credentials) -> None:
        self.model = credentials.options.get("model") or DEFAULT_MODEL
        self._credentials = credentials
        headers = {"Authorization": f"Bearer {credentials.secret}"} if credentials.secret else {}
        self.client = http.Client(
            credentials.base_address or BASE_ADDRESS,
            headers=headers,
            timeout_s=TIMEOUT_S,
            secrets=(credentials.secret,),
            service=credentials.options.get("name") or "The language model",
            label="openai_compatible",
            classify=_classify,
        )
        self.input_tokens = self.output_tokens = 0

    def __enter__(self) -> "Chat":
        return self

    def __exit__(self, *exception: object) -> None:
        self.client.close()

    def models(self) -> list[str]:
        """The ids of the models at this address."""
        data = self.client.get("/models", timeout_s=20.0).json_object().get("data")
        rows = data if isinstance(data, list) else []
        return [str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id")]

    def ask(self, system: str, question: str, shape: type[Shape], *, temperature: float = 0.8) -> Shape:
        """An answer of that shape. One that is not is shown to the model once with what is wrong, to be mended.

        Raises Rejected where it still is not, and every other OutsideError.


        """
        messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
        reply = self._say(messages, shape, temperature)
        try:
            return read_answer(reply.text, shape)
        except ValueError as error:
            fault = f"That is not valid: {error} Answer again with only the JSON object, mended."
            messages += [
                {"role": "assistant", "content": reply.text[:20_000]},
                {"role": "user", "content": fault},
            ]
        reply = self._say(messages, shape, 0.2)
        try:
            return read_answer(reply.text, shape)
        except ValueError as error:
            raise http.Rejected(
                f"{self.client.service} did not keep to the asked form ({self.model}). Try another model.",
                detail=str(error),
            ) from error

    @property
    def cost(self) -> Cost:
        """What all questions so far cost, by the key's own prices or the known ones of the model; 0 where
        none are."""
        amount = price(self._credentials, self.model, self.input_tokens, self.output_tokens)
        return Cost(amount, "USD", {"input_tokens": self.input_tokens, "output_tokens": self.output_tokens})

    def _say(self, messages: Sequence[dict[str, str]], shape: type[BaseModel], temperature: float) -> Reply:
        """Ask for the schema; an address that does not know schemas is asked for any JSON, then for nothing
        special."""
        body: dict[str, Any] = {"model": self.model, "messages": list(messages), "temperature": temperature}
        schema = {"name": shape.__name__.lower(), "schema": shape.model_json_schema(), "strict": False}
        forms: list[dict[str, Any]] = [
            {"response_format": {"type": "json_schema", "json_schema": schema}},
            {"response_format": {"type": "json_object"}},
            {},
        ]
        for place, form in enumerate(forms):
            try:
                return self._read(
                    self.client.post("/chat/completions", json={**body, **form}, idempotent=True)
                )
            except http.Rejected as error:
                last = place == len(forms) - 1
                if error.status not in (400, 422) or last:
                    raise
                if "temperature" in error.detail:  # reasoning models take only their own
                    body.pop("temperature", None)
        raise AssertionError("unreachable")

    def _read(self, answer: http.Response) -> Reply:
        data = answer.json_object()
        try:
            choice = data["choices"][0]
            message = choice["message"]
            text = message.get("content") or ""
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise http.Rejected(f"{self.client.service} sent an answer without any words.") from error
        if message.get("refusal") or choice.get("finish_reason") == "content_filter":
            raise http.Rejected(f"{self.client.service} refused to write about this. Change the text.")
        usage = data.get("usage") or {}
        reply = Reply(
            str(text), int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
        )
        self.input_tokens += reply.input_tokens
        self.output_tokens += reply.output_tokens
        return reply


def read_answer(text: str, shape: type[Shape]) -> Shape:
    """The JSON object in what a model said, also behind its thoughts or within a code block. Raises
    ValueError."""
    text = re.sub(r"<think>.*?</think>", "", text, flags=re.DOTALL)
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise ValueError("there is no JSON object in it.")
    try:
        return shape.model_validate(json.loads(text[start : end + 1]))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}.") from error


def price(credentials: Credentials, model: str, input_tokens: int, output_tokens: int) -> Decimal:
    """US dollars for so many tokens, with six decimals."""
    own = credentials.options.get("input_price"), credentials.options.get("output_price")
    if own[0] or own[1]:
        into, out = Decimal(own[0] or 0), Decimal(own[1] or 0)
    else:
        known = [name for name in _prices() if model.startswith(name)]
        into, out = _prices()[max(known, key=len)] if known else (Decimal(0), Decimal(0))
    return ((into * input_tokens + out * output_tokens) / 1_000_000).quantize(Decimal("0.000001"))


@lru_cache(maxsize=1)
def _prices() -> dict[str, tuple[Decimal, Decimal]]:
    data = json.loads((Path(__file__).parent / "prices.json").read_text(encoding="utf-8"))
    return {name: (Decimal(into), Decimal(out)) for name, (into, out) in data["prices"].items()}


def _classify(response: http.Response) -> http.OutsideError | None:
    """OpenAI says 429 also when there is no credit, which no waiting mends."""
    error = http.error_for(response)
    if response.status == 429 and error.code in ("insufficient_quota", "billing_hard_limit_reached"):
        return http.QuotaExceeded(
            f"{response.service} says that the account has no credit left. Add some there.",
            status=429,
            detail=error.detail,
            code=error.code,
        )
    return None
