"""How far the writing down of a video's speech is, for its page."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from apps.jobs.models import OPEN, Job, JobStatus
from apps.library.models import AssetKind, Video
from apps.library.speech.jobs import KIND
from apps.library.speech.models import Transcription
from apps.providers.capabilities import Capability, TranscriptionRequest
from apps.providers.models import ProviderKey
from apps.providers.registry import PROVIDERS
from apps.providers.services.costs import estimate
from apps.providers.services.ordering import order_of
from apps.teams.models import Team


@dataclass(frozen=True)
class Speech:
    """`provider` would listen, for about `amount`; empty where nobody can. `job` is the last one about it, while it is
    kept; `last` is what came of it. `unusable_key` could listen, but was refused or is switched off."""

    provider: str
    amount: Decimal
    currency: str
    job: Job | None
    last: Transcription | None
    kinds: frozenset[str]
    unusable_key: ProviderKey | None

    @property
    def has_file(self) -> bool:
        """Whether there is anything to listen to."""
        return AssetKind.RENDITION in self.kinds

    @property
    def has_captions(self) -> bool:
        return AssetKind.CAPTION in self.kinds

    @property
    def runs(self) -> bool:
        return self.job is not None and self.job.status in OPEN

    @property
    def share(self) -> float:
        return self.job.progress if self.job and self.job.status == JobStatus.RUNNING else 0.0

    @property
    def doing(self) -> str:
        """What happens at the moment, or why it waits."""
        if self.job is None:
            return ""
        return self.job.progress_text if self.job.status == JobStatus.RUNNING else self.job.wait_reason

    @property
    def error(self) -> str:
        """Why it failed, or why it is tried again."""
        if self.job is None or self.job.status not in (JobStatus.DEAD, JobStatus.SCHEDULED):
            return ""
        return self.job.error

    @property
    def failed(self) -> bool:
        return self.job is not None and self.job.status == JobStatus.DEAD

    @property
    def written(self) -> Transcription | None:
        """What came of it last time, where captions came of it."""
        return self.last if self.last and self.last.done_at and not self.runs else None


def speech_of(video: Video) -> Speech:
    """What a page says about the speech of a video."""
    asked = TranscriptionRequest(Path(), video.duration_s or 0.0)
    cost = estimate(Capability.TRANSCRIPTION, asked, video.team)
    jobs = Job.objects.filter(team=video.team, subject_id=str(video.pk), kind=KIND).order_by("-created_at")
    name = PROVIDERS[cost.provider].name if cost.provider else ""
    last = Transcription.objects.filter(video=video).first()
    kinds = frozenset(video.assets.values_list("kind", flat=True))
    lost = None if name else _unusable_key(video.team)
    return Speech(name, cost.amount, cost.currency, jobs.first(), last, kinds, lost)


def _unusable_key(team: Team) -> ProviderKey | None:
    found = (one.key for one in order_of(team, Capability.TRANSCRIPTION) if not one.is_usable)
    return next(found, None)
