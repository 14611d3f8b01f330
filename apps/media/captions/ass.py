"""Burnt captions as an ASS document, drawn by libass."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from apps.media.captions.drawing import Painter, painter_for
from apps.media.captions.fontfile import font_facts
from apps.media.captions.layout import block_box, place
from apps.media.captions.lettering import drawable, is_japanese, runs
from apps.media.captions.pages import Measure, Page, break_lines, group_words, measure_for
from apps.media.captions.styles import TITLE_TYPE, TYPES, CaptionLook, CaptionPosition
from apps.media.captions.words import Word
from apps.media.fonts import font_file
from apps.media.formats import FrameSize

_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
LayoutResX: {width}
LayoutResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Word,{font},60,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,5,0,0,0,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(frozen=True)
class Event:
    """Something drawn in the frames `first` to `last` (not included), counted from the scene's start."""

    first: int
    last: int
    layer: int
    text: str


def ass_document(
    words: Sequence[Word],
    look: CaptionLook,
    frame: FrameSize,
    *,
    fps: int = 30,
    window: tuple[int, int] | None = None,
) -> str:
    """The ASS document that draws the words in a style; only what is seen in the frames of `window` where it is given.

    Times are those of the words, moved to whole frames: what is shown in a frame does not depend on the window.
    """
    return document(
        within(caption_events(words, look, frame, fps), window), faces_of(words, look), frame, fps
    )


def caption_events(words: Sequence[Word], look: CaptionLook, frame: FrameSize, fps: int) -> tuple[Event, ...]:
    """What is drawn for the words, and when."""
    type_ = TYPES[look.style]
    measure = measure_for(words, type_, look.scale, frame)
    painter = painter_for(look)
    return tuple(
        event
        for page in group_words(words, look, frame)
        for event in _page_events(page, replace(measure, em=page.em), painter, look, frame, fps)
    )


def title_events(text: str, end_s: float, look: CaptionLook, frame: FrameSize, fps: int) -> tuple[Event, ...]:
    """A title on a panel, at the top (in the middle where the captions are at the top), from the first frame on."""
    words = [Word(piece, 0.0, end_s) for piece in drawable(text).split()]
    if not words:
        return ()
    measure = measure_for(words, TITLE_TYPE, look.scale, frame)
    lines = break_lines(words, measure)
    widest = max(measure.of(line.words) for line in lines)
    measure = replace(measure, em=measure.em * min(1.0, measure.width / max(widest, 1e-6)))
    position = CaptionPosition.MIDDLE if look.position is CaptionPosition.TOP else CaptionPosition.TOP
    painter = painter_for(look)
    last = max(1, round(end_s * fps))
    panel = painter.panel(*block_box(lines, measure, frame, position), measure.em)
    return (
        Event(0, last, 2, panel),
        *(
            Event(0, last, 3, painter.title_word(word, measure))
            for word in place(lines, measure, frame, position)
        ),
    )


def _page_events(
    page: Page, measure: Measure, painter: Painter, look: CaptionLook, frame: FrameSize, fps: int
) -> Iterator[Event]:
    placed = place(page.lines, measure, frame, look.position)
    first, last = round(page.start_s * fps), max(round(page.start_s * fps) + 1, round(page.end_s * fps))
    starts = _starts([word.word for word in placed], first, last, fps)
    for word, (start, end) in zip(placed, pairwise([*starts, last]), strict=True):
        for piece in painter.word(word, measure, page=(first, last), spoken=(start, end), fps=fps):
            if piece.first < piece.last:
                yield Event(piece.first, piece.last, piece.layer, piece.text)


def _starts(words: Sequence[Word], first: int, last: int, fps: int) -> list[int]:
    """The frame at which each word becomes the spoken one: each at least one frame after the one before, where there is
    room."""
    starts: list[int] = []
    for number, word in enumerate(words):
        earliest = starts[-1] + 1 if starts else first
        latest = last - (len(words) - number)
        starts.append(max(first, min(max(round(word.start_s * fps) if number else first, earliest), latest)))
    return starts


def within(events: Iterable[Event], window: tuple[int, int] | None) -> tuple[Event, ...]:
    """The events that are seen in the frames `window[0]` to `window[1]` (not included)."""
    if window is None:
        return tuple(events)
    return tuple(event for event in events if event.first < window[1] and event.last > window[0])


def moved(events: Iterable[Event], frames: int) -> tuple[Event, ...]:
    """The same events so many frames later."""
    return tuple(replace(event, first=event.first + frames, last=event.last + frames) for event in events)


def document(events: Iterable[Event], faces: Iterable[str], frame: FrameSize, fps: int) -> str:
    """The whole document. Sizes are pixels of this frame. `faces` are all that the text is set in."""
    # libass leaves out a drawing, which has no letters, where it cannot find the font of its style.
    font = min((font_facts(font_file(face)).name for face in faces), default="Arial")
    lines = [
        f"Dialogue: {event.layer},{_time(event.first, fps)},{_time(event.last, fps)},Word,,0,0,0,,{event.text}\n"
        for event in events
    ]
    return _HEAD.format(width=frame.width, height=frame.height, font=font) + "".join(lines)


def faces_of(words: Sequence[Word], look: CaptionLook, title: str = "") -> set[str]:
    """The names of all faces that the captions and the title need."""
    spoken = " ".join(drawable(word.text) for word in words)
    used = {face.name for face, _ in runs(spoken, TYPES[look.style].face, japanese=is_japanese(spoken))}
    return used | {
        face.name for face, _ in runs(drawable(title), TITLE_TYPE.face, japanese=is_japanese(title))
    }


def _time(frame: int, fps: int) -> str:
    """Half a frame before it: centiseconds then never decide which of two frames is meant."""
    centiseconds = max(0, round((frame - 0.5) * 100 / fps))
    minutes, rest = divmod(centiseconds, 6000)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest // 100:02d}.{rest % 100:02d}"
