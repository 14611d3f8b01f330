"""Captions as they are being edited: what was typed, what is wrong with it, and what the buttons make of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict

from apps.library import cues as editing
from apps.library.cues import Problem
from apps.library.errors import LibraryError
from apps.library.languages import language_choices
from apps.library.services.captions import Captions
from apps.library.transcript import Cue

PER_PAGE = 100
AT_ONCE = 300  # of a form with three fields each
NO_TIME = "Write a time such as 1:02.500."


@dataclass(frozen=True)
class CueRow:
    """One cue on the page: its place in the whole, what its fields hold, and what is wrong beside each of them."""

    number: int
    start: str
    end: str
    text: str
    problems: tuple[Problem, ...] = ()
    focus: bool = False

    @property
    def of_time(self) -> list[Problem]:
        return [one for one in self.problems if one.field != "text"]

    @property
    def of_text(self) -> list[Problem]:
        return [one for one in self.problems if one.field == "text"]

    @property
    def wrong_fields(self) -> set[str]:
        return {one.field for one in self.problems if not one.warns}

    @property
    def at_s(self) -> float:
        return editing.read_time(self.start) or 0.0


@dataclass
class Draft:
    """A page of cues out of all of them: `first` is its place, `count` how many kept ones it stands for."""

    kept: Captions
    duration_s: float | None
    first: int = 0
    count: int = 0
    starts: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    focus: int = -1
    error: str = ""

    @classmethod
    def of_page(cls, kept: Captions, duration_s: float | None, page: int) -> "Draft":
        """What is kept, from the page (the first is 0) on."""
        first = max(0, min(page, (len(kept.cues) - 1) // PER_PAGE)) * PER_PAGE
        shown = kept.cues[first : first + PER_PAGE]
        draft = cls(kept, duration_s, first, len(shown))
        draft.show(shown)
        return draft

    @classmethod
    def of_post(cls, kept: Captions, duration_s: float | None, data: QueryDict, *, scripted: bool) -> "Draft":
        """What was typed. The times of a script are not the form's to say."""
        first, count = (_number(data.get(name, ""), len(kept.cues)) for name in ("first", "count"))
        texts = [text.replace("\r\n", "\n").strip() for text in data.getlist("text")]
        draft = cls(kept, duration_s, first, count, texts=texts)
        if scripted:
            shown = kept.cues[first : first + count]
            draft.starts = [editing.write_time(cue.start_s) for cue in shown]
            draft.ends = [editing.write_time(cue.end_s) for cue in shown]
        else:
            draft.starts, draft.ends = data.getlist("start"), data.getlist("end")
        if not len(draft.starts) == len(draft.ends) == len(draft.texts):
            draft.show(kept.cues[first : first + count])
            draft.error = "The video was made anew meanwhile, and its captions with it. Look at them again."
        return draft

    @classmethod
    def of_all(cls, kept: Captions, duration_s: float | None, cues: Sequence[Cue]) -> "Draft":
        """These in place of everything that is kept."""
        draft = cls(kept, duration_s, 0, len(kept.cues))
        draft.show(cues)
        return draft

    def show(self, cues: Sequence[Cue]) -> None:
        self.starts = [editing.write_time(cue.start_s) for cue in cues]
        self.ends = [editing.write_time(cue.end_s) for cue in cues]
        self.texts = [cue.text for cue in cues]

    def cues(self) -> list[Cue]:
        """Those of the page; a time that cannot be read is 0 here, and said beside its field."""
        times = [[editing.read_time(text) or 0.0 for text in texts] for texts in (self.starts, self.ends)]
        return [Cue(start, end, text) for start, end, text in zip(*times, self.texts, strict=True)]

    def whole(self) -> list[Cue]:
        """All cues: those of the page within the kept ones."""
        return [
            *self.kept.cues[: self.first], *self.cues(), *self.kept.cues[self.first + self.count :]
        ]  # fmt: skip

    def problems(self) -> list[Problem]:
        """What is wrong, by the place of the cue in the whole; of unreadable times not what follows from them."""
        unread = [
            Problem(self.first + number, name, NO_TIME)
            for name, texts in (("start", self.starts), ("end", self.ends))
            for number, text in enumerate(texts)
            if editing.read_time(text) is None
        ]
        broken = {one.number for one in unread}
        found = [
            one
            for one in editing.problems(self.whole(), self.duration_s)
            if not broken & {one.number, one.number - 1} or one.field == "text"
        ]
        return sorted([*unread, *found], key=lambda one: one.number)

    @property
    def is_wrong(self) -> bool:
        return bool(self.error) or any(not one.warns for one in self.problems())

    def rows(self) -> list[CueRow]:
        found = self.problems()
        return [
            CueRow(
                number,
                start,
                end,
                text,
                tuple(one for one in found if one.number == number),
                focus=number - self.first == self.focus,
            )
            for number, (start, end, text) in enumerate(
                zip(self.starts, self.ends, self.texts, strict=True), self.first
            )
        ]

    def elsewhere(self) -> list[Problem]:
        """What is wrong with cues of other pages."""
        here = range(self.first, self.first + len(self.texts))
        return [one for one in self.problems() if one.number not in here and not one.warns]

    def press(self, does: str, caret: str, others: Mapping[str, Callable[[], Sequence[Cue]]]) -> None:
        """What a button makes of the page: `split:3`, `join:3`, `add:3`, `remove:3`, `shift:0.5`, `copy:de`.

        `caret` is where the cursor stands: `3:12`, in cue 3 of the page before letter 12. Raises LibraryError.
        """
        name, _, argument = does.partition(":")
        if name == "copy" and argument in others:
            cues = list(others[argument]())
            if len(cues) > AT_ONCE:
                raise LibraryError(
                    f"{len(cues)} cues are too many to begin with here. Download the file, translate it, and import it."
                )
            self.first, self.count = 0, len(self.kept.cues)
            self.show(cues)
            return
        if name == "shift":
            self.show(editing.shifted(self.cues(), _seconds(argument)))
            return
        number = _number(argument, len(self.texts)) if argument != "-1" else -1
        if name not in ("add", "split", "join", "remove") or (name != "add" and number >= len(self.texts)):
            raise LibraryError("These captions have changed. Look at them again.")
        changed = {
            "split": lambda: editing.split(self.cues(), number, _place(caret, number)),
            "join": lambda: editing.join(self.cues(), number),
            "remove": lambda: editing.remove(self.cues(), number),
            "add": lambda: editing.add(self.cues(), number, self._next_start()),
        }[name]()
        self.show(changed)
        self.focus = min(len(changed) - 1, number + (name in ("split", "add")))

    def _next_start(self) -> float | None:
        """When the cue after this page begins, or the video ends."""
        after = self.kept.cues[self.first + self.count :]
        return after[0].start_s if after else self.duration_s


def _place(caret: str, number: int) -> int | None:
    cue, _, letter = caret.partition(":")
    return int(letter) if cue == str(number) and letter.isdecimal() else None


def _number(text: str, most: int) -> int:
    return min(int(text), most) if text.isdecimal() else 0


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = float("nan")
    if not abs(seconds) <= 3600:
        raise LibraryError("Say by how many seconds, at most 3,600 earlier or later.")
    return seconds


class SpeechForm(forms.Form):
    """In which language a video is spoken, where somebody wants to say so."""

    language = forms.ChoiceField(
        label="Spoken language",
        required=False,
        choices=[("", "Hear which one it is"), *language_choices()],
    )


class CaptionFileForm(forms.Form):
    """Captions in a file, and their language."""

    language = forms.ChoiceField()
    file = forms.FileField(
        label="SRT or WebVTT file", widget=forms.FileInput({"accept": ".srt,.vtt,text/vtt"})
    )

    def __init__(self, *args: object, language: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = language_choices()
        if language not in dict(choices):
            choices = [(language, language), *choices]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
        self.fields["language"].initial = language
