"""One question to a language model, answered as JSON of a given shape, in whatever protocol it speaks."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ValidationError

from apps.core import http
from apps.providers.adapters import Cost, Credentials

TIMEOUT_S = 180.0
LETTERS_PER_TOKEN = 4

Shape = TypeVar("Shape", bound=BaseModel)
Turns = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Reply:
    """What the model said, and how many tokens went in and out."""

    text: str
    input_tokens: int
    output_tokens: int


class Prices:
    """US dollars for a million tokens, input and output, by the start of a model's name."""

    def __init__(self, table: Mapping[str, tuple[Decimal, Decimal]]) -> None:
        self._table = table

    @classmethod
    def read(cls, path: Path) -> Self:
        """Out of a JSON file: {"prices": {"a-model": ["0.10", "0.40"]}}."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls({name: (Decimal(into), Decimal(out)) for name, (into, out) in data["prices"].items()})

    def amount(self, credentials: Credentials, model: str, input_tokens: int, output_tokens: int) -> Decimal:
        """By the key's own prices or the known ones of the model (the longest match), with six decimals; 0
        where none are known."""
        own = credentials.options.get("input_price"), credentials.options.get("output_price")
        if own[0] or own[1]:
            into, out = Decimal(own[0] or 0), Decimal(own[1] or 0)
        else:
            known = [name for name in self._table if model.startswith(name)]
            into, out = self._table[max(known, key=len)] if known else (Decimal(0), Decimal(0))
        return ((into * input_tokens + out * output_tokens) / 1_000_000).quantize(Decimal("0.000001"))


class LanguageModel(ABC):
    """A model at an address. Use it as a context manager; its cost grows with each question."""

    label: ClassVar[str]
    service: ClassVar[str]
    base_address: ClassVar[str]
    default_model: ClassVar[str]
    prices: ClassVar[Prices]

    def __init__(self, credentials: Credentials) -> None:
        self.model = self.model_of(credentials)
        self._credentials = credentials
        self.client = http.Client(
            credentials.base_address or self.base_address,
            headers=self.headers(credentials),
            timeout_s=TIMEOUT_S,
            secrets=(credentials.secret,),
            service=credentials.options.get("name") or self.service,
            label=self.label,
            classify=self.classify,
        )
        self.input_tokens = self.output_tokens = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.client.close()

    @classmethod
    def model_of(cls, credentials: Credentials) -> str:
        """The model that the key names, else the default."""
        return credentials.options.get("model") or cls.default_model

    @abstractmethod
    def headers(self, credentials: Credentials) -> dict[str, str]:
        """What proves the key."""

    @abstractmethod
    def say(self, system: str, turns: Turns, shape: type[BaseModel], temperature: float) -> Reply:
        """One call. Raises Rejected where the model refused to write, and every other OutsideError."""

    @abstractmethod
    def models(self) -> list[str]:
        """The ids of the models at this address; costs nothing."""

    @staticmethod
    def classify(response: http.Response) -> http.OutsideError | None:
        """A better error than the status alone tells, or None."""
        return None

    def offers(self, models: Sequence[str]) -> bool:
        """Whether the chosen model is among those listed."""
        return self.model in models

    def ask(self, system: str, question: str, shape: type[Shape], *, temperature: float = 0.8) -> Shape:
        """An answer of that shape. One that is not is shown to the model once with what is wrong, to be mended.

        Raises Rejected where it still is not, and every other OutsideError.
        """
        turns = [{"role": "user", "content": question}]
        reply = self._said(system, turns, shape, temperature)
        try:
            return read_answer(reply.text, shape)
        except ValueError as error:
            fault = f"That is not valid: {error} Answer again with only the JSON object, mended."
            turns += [
                {"role": "assistant", "content": reply.text[:20_000]},
                {"role": "user", "content": fault},
            ]
        reply = self._said(system, turns, shape, 0.2)
        try:
            return read_answer(reply.text, shape)
        except ValueError as error:
            raise http.Rejected(
                f"{self.client.service} did not keep to the asked form ({self.model}). Try another model.",
                detail=str(error),
            ) from error

    @property
    def cost(self) -> Cost:
        """What all questions so far cost."""
        amount = self.prices.amount(self._credentials, self.model, self.input_tokens, self.output_tokens)
        return Cost(amount, "USD", {"input_tokens": self.input_tokens, "output_tokens": self.output_tokens})

    def refused(self) -> http.Rejected:
        """The error for a model that will not write about this."""
        return http.Rejected(f"{self.client.service} refused to write about this. Change the text.")

    def _said(self, system: str, turns: Turns, shape: type[BaseModel], temperature: float) -> Reply:
        reply = self.say(system, turns, shape, temperature)
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


def ids_of(data: dict[str, Any]) -> list[str]:
    """The ids in a list of models: {"data": [{"id": …}]}."""
    rows = data.get("data")
    rows = rows if isinstance(rows, list) else []
    return [str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id")]
