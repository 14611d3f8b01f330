"""Captions by speech recognition (LIB-07): a video's sound is sent in parts, and captions are made of the words."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.jobs.models import OPEN, Job
from apps.jobs.runner import JobRun
from apps.jobs.services import cancel
from apps.library.errors import LibraryError
from apps.library.languages import language_choices, language_name
from apps.library.models import Asset, AssetKind, Video
from apps.library.provenance import Provenance
from apps.library.scripted import script_of
from apps.library.services.captions import keep_captions, languages_of, read_captions
from apps.library.speech.cues import cues_of
from apps.library.speech.jobs import KIND, start_listening
from apps.library.speech.models import Transcription
from apps.library.uploads import workplace
from apps.media.probe import probe
from apps.media.speech import is_silent, quiet_pieces, write_piece
from apps.providers.capabilities import Capability, Transcript, TranscriptionRequest
from apps.providers.services import generate
from apps.providers.services.ordering import candidates

NOBODY_LISTENS = "Nobody can listen to it: add an OpenAI key under Providers, then press the button again."


@transaction.atomic
def start_transcription(video: Video, *, language: str = "") -> Transcription:
    """Have the speech of a video written down as its captions, in `language` or in the one that is heard.

    While that goes on already nothing else starts. What an attempt that failed has heard is used again.
    Raises LibraryError.
    """
    locked = Video.objects.select_for_update().select_related("team").get(pk=video.pk)
    open_jobs = _jobs(locked).filter(status__in=OPEN)
    known = Transcription.objects.filter(video=locked).first()
    if known is not None and open_jobs.exists():
        return known
    _check(locked, language)
    fresh = {
        "team": locked.team,
        "language": language,
        "file_mark": _sound_of(locked).file.sha256,
        "marks_json": {code: read_captions(locked, code).mark for code in languages_of(locked)},
        "done_at": None,
    }
    if known is None or (known.file_mark, known.language) != (fresh["file_mark"], language):
        fresh["parts_json"] = []
    transcription, _ = Transcription.objects.update_or_create(video=locked, defaults=fresh)
    start_listening(transcription)
    return transcription


def _check(video: Video, language: str) -> None:
    if language and language not in dict(language_choices()):
        raise LibraryError("Choose the language that is spoken.", field="language")
    if script_of(video, language or video.language) is not None:
        raise LibraryError("The captions of this language come from the script. Mend its words instead.")
    if not candidates(video.team, Capability.TRANSCRIPTION):
        raise LibraryError(NOBODY_LISTENS)


def _jobs(video: Video) -> Any:
    return Job.objects.filter(team=video.team, subject_id=str(video.pk), kind=KIND)


def _sound_of(video: Video) -> Asset:
    """The file that is listened to. Raises LibraryError."""
    found = video.assets.filter(kind=AssetKind.RENDITION).select_related("file").order_by("position").first()
    if found is None:
        raise LibraryError("There is no file of this video to listen to yet. Wait until it is ready.")
    return found


@transaction.atomic
def stop_transcription(video: Video) -> None:
    """Raises LibraryError where nothing goes on."""
    jobs = list(_jobs(video).filter(status__in=OPEN))
    if not jobs:
        raise LibraryError("Nobody is listening to this video at the moment.")
    for job in jobs:
        cancel(job)


def write_down(run: JobRun, transcription: Transcription) -> Transcription:
    """Listen to what was not heard yet, then write the captions.

    Raises LibraryError where there is no speech, or where the captions were changed meanwhile; what providers raise.
    """
    if transcription.done_at is not None:
        return transcription
    sound = _sound_of(transcription.video)
    if sound.file.sha256 != transcription.file_mark:
        raise LibraryError("The file of this video has changed meanwhile. Press the button again.")
    with workplace.folder_for(run) as folder, sound.file.local_path(folder) as path:
        if probe(path).audio is None:
            raise LibraryError("This video has no sound, so there is nothing to write down.")
        if not transcription.parts_json:
            planned = quiet_pieces(path, sound.duration_s or probe(path).duration_s)
            transcription.parts_json = [
                {"start_s": start, "end_s": end, "words": None, "language": ""} for start, end in planned
            ]
        _listen(run, transcription, path, folder)
    return _finish(run, transcription, sound)


def _listen(run: JobRun, transcription: Transcription, path: Path, folder: Path) -> None:
    """Part by part; each is kept as soon as it was heard. A silent one is sent to nobody, and costs nothing."""
    count = len(transcription.parts_json)
    for part in transcription.missing:
        done = count - len(transcription.missing)
        run.progress(done / count, f"listening, part {done + 1} of {count}" if count > 1 else "listening")
        piece = folder / "speech.m4a"
        write_piece(path, piece, part["start_s"], part["end_s"], cancelled=run.cancelled)
        if is_silent(piece, cancelled=run.cancelled):
            part["words"] = []
        else:
            heard = _heard(run, transcription, part, piece, folder)
            part["words"], part["language"] = [word.to_json() for word in heard.words], heard.language
        with transaction.atomic():
            if run.still_mine():
                transcription.save(update_fields=["parts_json", "updated_at"])


def _heard(
    run: JobRun, transcription: Transcription, part: dict[str, Any], piece: Path, folder: Path
) -> Transcript:
    language = transcription.language or transcription.spoken_in
    request = TranscriptionRequest(piece, part["end_s"] - part["start_s"], language)
    outcome = generate(
        Capability.TRANSCRIPTION,
        request,
        team=transcription.team,
        work_dir=folder,
        cancelled=run.cancelled,
    )
    part["provider"] = outcome.provider
    answer: Transcript = outcome.answer
    return answer


@transaction.atomic
def _finish(run: JobRun, transcription: Transcription, sound: Asset) -> Transcription:
    """Captions of the words, unless somebody wrote some in this language meanwhile."""
    if not run.still_mine():
        return transcription
    video, language = transcription.video, transcription.spoken_in
    if language not in dict(language_choices()):
        language = video.language
    listeners = [part["provider"] for part in transcription.parts_json if "provider" in part]
    if not listeners:
        raise LibraryError(
            "This video is silent: there is nothing to write down. Nothing was sent or charged."
        )
    cues = cues_of(transcription.words(), sound.duration_s or float("inf"))
    if not cues:
        raise LibraryError("No speech was heard in this video.")
    mark = transcription.marks_json.get(language, "")
    if read_captions(video, language).mark != mark:
        raise LibraryError(
            f"The {language_name(language)} captions were changed while it listened, so they were left alone. Press "
            "the button again to replace them: what was heard is kept, and costs nothing more."
        )
    origin = Provenance(provider=listeners[0], licence=sound.provenance.licence or "own work")
    keep_captions(video, language=language, cues=cues, mark=mark, origin=origin)
    transcription.heard_language, transcription.cue_count = language, len(cues)
    transcription.done_at, transcription.parts_json = timezone.now(), []
    transcription.save()
    return transcription
