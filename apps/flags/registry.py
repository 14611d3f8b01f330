"""Flags and settings that operators change while the product runs, declared once and typed (OPS-08).

NEW_RUNS = Flag("creation.new_runs", title="Start videos", summary="…", default=True)
if not NEW_RUNS.is_on(team): …

RUNS_PER_DAY = IntSetting("creation.runs_per_day", title="…", summary="…", default=lambda: 50, least=1)
limit = RUNS_PER_DAY.value(team)

They are read from one query that a process keeps for `settings.FLAGS_KEEP_S` seconds: a change is seen everywhere
after that time at the latest.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from apps.flags.models import FlagRule

NAME = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*")


@dataclass(frozen=True)
class Declared:
    """What operators see: a name of the app that reads it, a title, and a sentence about what it does."""

    name: str
    title: str
    summary: str

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name for a flag or setting: write app.what_it_is")
        if DECLARED.setdefault(self.name, self) is not self:
            raise ValueError(f"{self.name} is declared twice")

    @property
    def slug(self) -> str:
        """For addresses."""
        return self.name.replace(".", "-").replace("_", "-")


DECLARED: dict[str, Declared] = {}


@dataclass(frozen=True)
class Flag(Declared):
    """On or off: for everybody, for named teams, or for a share of all teams."""

    default: bool

    def is_on(self, team: models.Model | None = None) -> bool:
        """Whether it is on for this team; without one, whether it is on for everybody."""
        rule = _kept.rules().get(self.name)
        return decide(rule, self, team.pk if team is not None else None)


@dataclass(frozen=True)
class IntSetting(Declared):
    """A whole number, which a team may have otherwise than the rest."""

    default: Callable[[], int]
    least: int
    most: int = 1_000_000

    def value(self, team: models.Model | None = None) -> int:
        """The team's own number, else the installation's, else the default."""
        values = _kept.values()
        own = values.get((self.name, team.pk)) if team is not None else None
        general = values.get((self.name, None))
        return next((found for found in (own, general) if found is not None), self.default())


def decide(rule: FlagRule | None, flag: Flag, team_id: UUID | None) -> bool:
    """What a rule says for a team. Named teams come first, then the share."""
    if rule is None or rule.state == "default":
        return flag.default
    if rule.state != "some":
        return rule.state == "on"
    if team_id is None:
        return False
    return team_id in rule.teams or place_of(flag.name, team_id) < rule.share


def place_of(name: str, team_id: UUID) -> int:
    """Where a team stands among all, from 0 to 99: always the same for one flag, another for another.

    So a share that grows only takes teams in, and it is not always the same teams that try what is new.
    """
    return int.from_bytes(hashlib.sha256(f"{name}:{team_id}".encode()).digest()[:8], "big") % 100


class _Kept:
    """What the tables say, for a few seconds."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.read_at = 0.0
        self._rules: dict[str, Any] = {}
        self._values: dict[tuple[str, UUID | None], int] = {}

    def rules(self) -> dict[str, Any]:
        self._read()
        return self._rules

    def values(self) -> dict[tuple[str, UUID | None], int]:
        self._read()
        return self._values

    def _read(self) -> None:
        from apps.flags.models import FlagRule, SettingValue

        if self.read_at and time.monotonic() - self.read_at < settings.FLAGS_KEEP_S:
            return
        self._rules = {rule.name: rule for rule in FlagRule.objects.all()}
        self._values = {(row.name, row.team_id): row.value for row in SettingValue.objects.all()}
        self.read_at = time.monotonic()


_kept = _Kept()


def forget() -> None:
    """Read the tables anew at the next question of this process."""
    _kept.forget()
