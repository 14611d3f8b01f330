"""The work behind captions from speech."""

from typing import Any

from django.utils import timezone

from apps.jobs.kinds import job_kind
from apps.jobs.models import Job
from apps.jobs.runner import JobRun
from apps.jobs.services import enqueue
from apps.library.speech.models import Transcription

KIND = "library.transcribe"


@job_kind(KIND, queue="media", attempts=4, timeout_s=3 * 3600, first_wait_s=30)
def transcribe(run: JobRun, *, transcription_id: str) -> dict[str, Any]:
    """Have a video listened to, and write its captions."""
    from apps.library.services.transcribing import write_down

    found = Transcription.objects.select_related("video__team").get(team=run.job.team, pk=transcription_id)
    done = write_down(run, found)
    return {"language": done.heard_language, "cues": done.cue_count}


def start_listening(transcription: Transcription) -> Job:
    """Have it listened to once this transaction has committed."""
    return enqueue(
        transcribe,
        team=transcription.team,
        args={"transcription_id": str(transcription.pk)},
        key=f"{KIND}:{transcription.pk}:{timezone.now().timestamp():.3f}",
        subject=transcription.video,
        title=f"Write down what is said in “{transcription.video}”"[:200],
    )
