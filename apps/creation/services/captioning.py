"""Mending the words on screen where they are read as captions: a cue's words go back to the scenes that they are of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import transaction

from apps.accounts.models import User
from apps.creation.errors import CreationError
from apps.creation.models import Run, Scene
from apps.creation.planner import Plan, make_plan
from apps.creation.services.editing import LONGEST_NARRATION
from apps.creation.services.runs import go_on, lock_run
from apps.library.models import Video
from apps.media.captions import cue_words
from apps.media.captions.lettering import joins_without_space
from apps.providers.text import clean
from apps.providers.words import narration_words

NOT_NOW = "This video is being made. Its captions can be mended once it is finished."


class RunScript:
    """The captions of videos that were made by a run."""

    def holds(self, video: Video, language: str) -> bool:
        """Those in the language of the script."""
        return video.run_ref is not None and language == video.language and _run_of(video) is not None

    def mend(self, video: Video, texts: Mapping[int, str], *, actor: User) -> None:
        """Raises CreationError."""
        run = _run_of(video)
        if run is None:
            raise CreationError("The run that made this video is gone, so its words cannot be mended.")
        mend_words(run, texts, actor=actor)


def _run_of(video: Video) -> Run | None:
    return Run.objects.filter(team=video.team_id, video=video).first()


@dataclass(frozen=True)
class Said:
    """One word on screen and the scene that it belongs to."""

    scene: Scene
    text: str


@transaction.atomic
def mend_words(run: Run, texts: Mapping[int, str], *, actor: User) -> Run:
    """Show these texts in the cues of these numbers (from 0): the scenes they are of get their words on screen.

    The voice stays as it is, so only these scenes are filmed again (GEN-09). Raises CreationError.
    """
    locked = lock_run(run)
    if locked.is_running:
        raise CreationError(NOT_NOW)
    cues = list(_cues(locked, make_plan(locked)))
    if any(number >= len(cues) for number in texts):
        raise CreationError("The video was made anew meanwhile. Open its captions again.")
    mended = [
        word
        for number, words in enumerate(cues)
        for word in (_mended(words, clean(texts[number])) if number in texts else words)
    ]
    touched = {word.scene.pk for number in texts for word in cues[number]}
    for scene in locked.scenes.select_for_update():
        if scene.pk in touched:
            _show(scene, _joined([word.text for word in mended if word.scene.pk == scene.pk]))
    return go_on(locked, actor=actor, what="edit")


def _cues(run: Run, plan: Plan) -> Iterator[list[Said]]:
    """The words of each cue with their scenes. Raises CreationError where the video is not finished."""
    if plan.timeline is None:
        raise CreationError(NOT_NOW)
    spoken = [scene for scene in plan.timeline.scenes if scene.watermarked]  # intro and outro say nothing
    said = [
        Said(scene, word.text)
        for scene, filmed in zip(run.scenes.all(), spoken, strict=True)
        for word in filmed.words
        if word.text.split()
    ]
    place = 0
    for group in cue_words(plan.timeline.words):
        yield said[place : place + len(group)]
        place += len(group)


def _mended(words: Sequence[Said], text: str) -> list[Said]:
    """The words of the text, each with the scene of the one that it takes the place of."""
    old, new = [word.text for word in words], narration_words(text)
    found: list[Said] = []
    for _, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for step, text_now in enumerate(new[j1:j2]):
            fellow = min(i1 + step, max(i1, i2 - 1)) if i2 > i1 else max(0, i1 - 1)
            found.append(Said(words[min(fellow, len(words) - 1)].scene, text_now))
    return found


def _joined(texts: Sequence[str]) -> str:
    whole = ""
    for text in texts:
        whole += text if not whole or joins_without_space(whole, text) else f" {text}"
    return whole


def _show(scene: Scene, caption: str) -> None:
    if not caption:
        raise CreationError(f"{scene} needs at least one word on screen. Leave one, or remove the scene.")
    if len(caption) > LONGEST_NARRATION:
        raise CreationError(f"A scene has at most {LONGEST_NARRATION:,} characters on screen.")
    scene.caption = "" if caption.split() == scene.narration.split() else caption
    scene.save(update_fields=["caption", "updated_at"])
