"""A model that speaks OpenAI's chat protocol."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from apps.core import http
from apps.providers.adapters import Credentials
from apps.providers.language.model import LanguageModel, Prices, Reply, Turns, ids_of


class Chat(LanguageModel):
    """Any address that speaks the protocol: OpenAI itself where the key names no other."""

    label = "openai_compatible"
    service = "The language model"
    base_address = "https://api.openai.com/v1"
    default_model = "gpt-4.1-mini"
    prices = Prices.read(Path(__file__).parent / "prices.json")

    def headers(self, credentials: Credentials) -> dict[str, str]:
        return {"Authorization": f"Bearer {credentials.secret}"} if credentials.secret else {}

    def models(self) -> list[str]:
        return ids_of(self.client.get("/models", timeout_s=20.0).json_object())

    def say(self, system: str, turns: Turns, shape: type[BaseModel], temperature: float) -> Reply:
        """Asks for the schema; an address that does not know schemas is asked for any JSON, then for nothing
        special."""
        messages = [{"role": "system", "content": system}, *turns]
        body: dict[str, Any] = {"model": self.model, "messages": messages, "temperature": temperature}
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
            raise self.refused()
        usage = data.get("usage") or {}
        return Reply(
            str(text), int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
        )

    @staticmethod
    def classify(response: http.Response) -> http.OutsideError | None:
        return without_credit(response)


def without_credit(response: http.Response) -> http.OutsideError | None:
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
