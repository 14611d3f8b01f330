"""What every maker is given: the team, a folder of its own, providers, stored files, and a way to report."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from apps.library.models import StoredFile
from apps.library.provenance import Provenance
from apps.providers import services as providers
from apps.providers.capabilities import Capability, Request
from apps.teams.models import Team


@dataclass(frozen=True)
class MadeFile:
    """A file that a step made, and where it came from."""

    path: Path
    provenance: Provenance


@dataclass(frozen=True)
class Made:
    """What came of a step: its answer as JSON, its files by role, and who made it."""

    data: dict[str, Any]
    files: dict[str, MadeFile] = field(default_factory=dict)
    provider: str = "showrunner"
    basic: bool = False


@dataclass
class Workbench:
    """The surroundings of one job. `folder` is emptied when it is over; `stack` closes what was opened."""

    team: Team
    run_id: UUID
    folder: Path
    stack: ExitStack
    progress: Callable[[float, str], None]
    cancelled: Callable[[], bool]

    def ask(self, capability: Capability, request: Request, params: dict[str, Any]) -> providers.Outcome:
        """What a provider answers: the one that the step names, or the team's order with fallback."""
        return providers.generate(
            capability,
            request,
            team=self.team,
            run_ref=self.run_id,
            work_dir=self.folder,
            only=params.get("provider"),
            on_progress=lambda share: self.progress(share, ""),
            cancelled=self.cancelled,
        )

    def path_of(self, file_id: str) -> Path:
        """Where this stored file of the team can be read until the job is over."""
        stored = StoredFile.objects.in_team(self.team).get(pk=file_id)
        return self.stack.enter_context(stored.local_path())
