"""Captions of a video: one set a language, kept as WebVTT and SubRip (LIB-07)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.library import cues as editing
from apps.library.errors import LibraryError
from apps.library.languages import language_choices
from apps.library.models import Asset, AssetKind, Video
from apps.library.provenance import BY_HAND, Provenance
from apps.library.scripted import script_of
from apps.library.services.files import store_file
from apps.library.services.videos import replace_files
from apps.library.transcript import Cue, read_cues


@dataclass(frozen=True)
class Captions:
    """The captions of a video in one language. `mark` is the checksum of the file they were read from; none: new."""

    language: str
    cues: list[Cue] = field(default_factory=list)
    mark: str = ""
    gone: bool = False


def languages_of(video: Video) -> list[str]:
    """Those that the video has captions in, its own first."""
    found = video.assets.filter(kind=AssetKind.CAPTION).order_by("position", "created_at")
    codes = dict.fromkeys(language or video.language for language in found.values_list("language", flat=True))
    return sorted(codes, key=lambda code: code != video.language)


def read_captions(video: Video, language: str) -> Captions:
    """What is kept in this language; nothing where there is none. `gone`: its bytes are missing."""
    asset = _file_of(video, language)
    if asset is None:
        return Captions(language)
    try:
        with asset.open() as file:
            text = file.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return Captions(language, mark=asset.file.sha256, gone=True)
    return Captions(language, read_cues(text, keep_lines=True), asset.file.sha256)


def _file_of(video: Video, language: str) -> Asset | None:
    """The file that its captions are read from: WebVTT, where there is one."""
    return next(iter(sorted(files_of(video, language), key=lambda asset: asset.suffix != "vtt")), None)


def files_of(video: Video, language: str) -> list[Asset]:
    """The files of its captions in this language."""
    return [asset for asset in _assets(video) if (asset.language or video.language) == language]


def _assets(video: Video) -> list[Asset]:
    return list(
        video.assets.filter(kind=AssetKind.CAPTION).select_related("file").order_by("position", "created_at")
    )


def save_captions(video: Video, *, language: str, cues: Sequence[Cue], mark: str, actor: User) -> Captions:
    """Keep what a person wrote. Raises as `keep_captions` does."""
    origin = Provenance(provider=BY_HAND, licence="own work", credit=str(actor))
    return keep_captions(video, language=language, cues=cues, mark=mark, origin=origin)


def keep_captions(
    video: Video, *, language: str, cues: Sequence[Cue], mark: str, origin: Provenance
) -> Captions:
    """Keep these cues, whoever made them.

    Raises LibraryError where one is wrong, or where others were saved since `mark` was read.
    """
    if language not in dict(language_choices()) and language != video.language:
        raise LibraryError("Choose the language of the captions.", field="language")
    if len(cues) > editing.MOST:
        raise LibraryError(f"Captions have at most {editing.MOST:,} cues.")
    wrong = [one for one in editing.problems(cues, video.duration_s) if not one.warns]
    if wrong:
        raise LibraryError(f"Cue {wrong[0].number + 1}: {wrong[0].sentence}")
    if not cues:
        raise LibraryError("There are no cues to save. Delete the language if it is not wanted.")
    return _kept(video, language, list(cues), mark, origin)


def _kept(video: Video, language: str, cues: list[Cue], mark: str, origin: Provenance) -> Captions:
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.WORK_DIR, prefix="captions-") as folder, transaction.atomic():
        _locked(video, language, mark)
        texts = {"vtt": editing.to_vtt(cues), "srt": editing.to_srt(cues)}
        others = [one for one in _assets(video) if (one.language or video.language) != language]
        new = [
            store_file(
                team=video.team,
                path=_written(Path(folder) / f"captions.{suffix}", text),
                kind=AssetKind.CAPTION,
                provenance=origin,
                title=suffix.upper(),
                language=language,
            )
            for suffix, text in texts.items()
        ]
        first = language == video.language
        replace_files(video, [*new, *others] if first else [*others, *new], kinds=[AssetKind.CAPTION])
    return Captions(language, cues, hashlib.sha256(texts["vtt"].encode()).hexdigest())


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _locked(video: Video, language: str, mark: str) -> None:
    """Hold the video, and see that nobody saved captions of this language since they were read."""
    if not Video.objects.select_for_update().filter(pk=video.pk).exists():
        raise LibraryError("This video was deleted meanwhile. Bring it back to edit its captions.")
    now = _file_of(video, language)
    if (now.file.sha256 if now else "") != mark:
        raise LibraryError(
            "Somebody else saved these captions meanwhile. Open them again and then make your changes."
        )


def mend_words(video: Video, *, language: str, cues: Sequence[Cue], mark: str, actor: User) -> bool:
    """Say in the script of a made video what these cues say; its captions and the picture follow.

    Their number and times stay. Returns whether anything changed. Raises UserError.
    """
    script = script_of(video, language)
    before = read_captions(video, language)
    if script is None:
        raise LibraryError("These captions come from no script.")
    if before.mark != mark or len(before.cues) != len(cues):
        raise LibraryError("The video was made anew meanwhile. Open its captions again.")
    texts = {
        number: new.text
        for number, (old, new) in enumerate(zip(before.cues, cues, strict=True))
        if new.text.split() != old.text.split()
    }
    if texts:
        script.mend(video, texts, actor=actor)
    return bool(texts)


@transaction.atomic
def delete_captions(video: Video, *, language: str) -> None:
    """Remove the captions of one language. Raises LibraryError for those that come with the video."""
    if script_of(video, language) is not None:
        raise LibraryError("These captions are made from the script and belong to the video.")
    Video.objects.select_for_update().get(pk=video.pk)
    kept = [one for one in _assets(video) if (one.language or video.language) != language]
    replace_files(video, kept, kinds=[AssetKind.CAPTION])
