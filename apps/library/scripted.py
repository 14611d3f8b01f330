"""Captions whose words come from a script: a higher floor that made the video says so, and mends them there.

What is burnt into the picture and what stands in the files are the same words. So whoever mends one of a made video
mends its script, and its files are made anew.
"""

from collections.abc import Mapping
from typing import Protocol

from apps.accounts.models import User
from apps.library.models import Video


class Script(Protocol):
    """What makes videos from scripts."""

    def holds(self, video: Video, language: str) -> bool:
        """Whether the captions of this video in this language come from a script here."""

    def mend(self, video: Video, texts: Mapping[int, str], *, actor: User) -> None:
        """Say these texts in the cues of these numbers (from 0). Raises UserError."""


_scripts: list[Script] = []


def register_script(script: Script) -> None:
    _scripts.append(script)


def script_of(video: Video, language: str) -> Script | None:
    """What the captions come from; None for those that stand for themselves."""
    return next((script for script in _scripts if script.holds(video, language)), None)
