"""Where an asset came from: the evidence that it may be used (LIB-08)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from django.utils import timezone

BY_HAND = "by hand"
"""The provider of what a person wrote or made in the studio."""
MADE_HERE = ("showrunner", "builtin", BY_HAND)
LICENCES = [
    ("own work", "Made by us"),
    ("licensed", "Licensed to us (say where the receipt is)"),
    ("CC0 or public domain", "Free of rights (CC0, public domain)"),
    ("CC BY", "Creative Commons with credit (CC BY)"),
]
"""By which right somebody uses a file that they bring, and in which words they are asked."""

NEEDS_PROOF = {"licensed": "receipt", "CC BY": "credit"}
"""Which evidence goes with a licence that people choose."""


@dataclass(frozen=True)
class Provenance:
    """Who made it, out of what, and by which right.

    `provider` is a provider's name, `upload` for a person's own file or `showrunner` for what the product made.
    `receipt` is what the other side gave as proof (a download or order number, an address). `made_at` is aware.
    """

    provider: str
    prompt: str = ""
    licence: str = ""
    source_url: str = ""
    credit: str = ""
    receipt: str = ""
    made_at: datetime = field(default_factory=timezone.now)

    @property
    def lacks(self) -> str:
        """What is missing before it may be shown to anybody, as the name of a field; empty where the evidence is whole.

        What the product itself made stands by the rights of what it was made of.
        """
        if not self.licence:
            return "" if self.provider in MADE_HERE else "licence"
        wanted = NEEDS_PROOF.get(self.licence, "")
        return wanted if wanted and not getattr(self, wanted).strip() else ""

    def derived(self) -> Self:
        """Of what was made here from it: by the same right, with the same evidence."""
        return replace(self, provider="showrunner", prompt="", made_at=timezone.now())

    def to_json(self) -> dict[str, str]:
        return {
            "provider": self.provider,
            "prompt": self.prompt,
            "licence": self.licence,
            "source_url": self.source_url,
            "credit": self.credit,
            "receipt": self.receipt,
            "made_at": self.made_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError where provider or time are missing."""
        texts = {
            name: str(data.get(name, "")) for name in ("prompt", "licence", "source_url", "credit", "receipt")
        }
        return cls(
            provider=str(data["provider"]), made_at=datetime.fromisoformat(str(data["made_at"])), **texts
        )
