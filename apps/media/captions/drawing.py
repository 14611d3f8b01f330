"""How each style draws a word: ASS tags for what it looks like before, while and after it is spoken."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.media.captions.layout import PlacedWord
from apps.media.captions.lettering import ass_font, escaped, runs
from apps.media.captions.pages import Measure
from apps.media.captions.styles import CaptionLook, CaptionStyle
from apps.media.graphics.palettes import Palette, contrast, text_on

Frames = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """One thing drawn in the frames `first` to `last` (not included)."""

    first: int
    last: int
    layer: int
    text: str


@dataclass(frozen=True)
class Painter:
    """Draws words in the colours of a palette. Subclasses are the styles."""

    palette: Palette

    def word(
        self, placed: PlacedWord, measure: Measure, *, page: Frames, spoken: Frames, fps: int
    ) -> Iterator[Piece]:
        """What is drawn of a word while its page is shown; `spoken` are the frames in which it is the spoken one."""
        raise NotImplementedError

    def title_word(self, placed: PlacedWord, measure: Measure) -> str:
        """A word of a title."""
        return self.text(placed, measure, self.palette.foreground, tags="\\bord0\\fad(0,160)")

    def panel(self, left: float, top: float, right: float, bottom: float, em: float) -> str:
        """The ground behind a title."""
        left, top, right, bottom = left - 0.5 * em, top - 0.3 * em, right + 0.5 * em, bottom + 0.3 * em
        return (
            f"{{\\an7\\pos({left:.1f},{top:.1f})\\bord0\\1c{ass_colour(self.palette.background)}\\1a&H1E&"
            f"\\fad(0,160)\\p1}}{rounded_box(right - left, bottom - top, 0.28 * em)}{{\\p0}}"
        )

    def text(self, placed: PlacedWord, measure: Measure, colour: str, tags: str = "") -> str:
        """The word at its place, outlined in the palette's background; `tags` are added."""
        type_ = measure.type
        head = (
            f"{{\\pos({placed.x:.1f},{placed.y:.1f})\\1c{ass_colour(colour)}"
            f"\\3c{ass_colour(self.palette.background)}"
            f"\\bord{type_.outline * measure.em:.1f}{tags}}}"
        )
        return head + self.letters(placed.word.text, measure)

    @staticmethod
    def letters(text: str, measure: Measure) -> str:
        """The letters with their faces and sizes."""
        pieces = (
            (*ass_font(face, measure.em), piece)
            for face, piece in runs(text, measure.type.face, japanese=measure.japanese)
        )
        return "".join(f"{{\\fn{name}\\fs{size:.1f}}}{escaped(piece)}" for name, size, piece in pieces)

    @property
    def highlight(self) -> str:
        """The accent where it can be told from the text, else the second colour."""
        accent, secondary = self.palette.accent, self.palette.secondary
        return max(
            (accent, secondary),
            key=lambda colour: (min(contrast(colour, self.palette.background), 3.0), colour == accent),
        )


class Pop(Painter):
    """The spoken word grows and takes the accent colour."""

    def word(
        self, placed: PlacedWord, measure: Measure, *, page: Frames, spoken: Frames, fps: int
    ) -> Iterator[Piece]:
        grow = "\\fscx92\\fscy92\\t(0,80,\\fscx112\\fscy112)\\t(80,170,\\fscx106\\fscy106)"
        plain = self.text(placed, measure, self.palette.foreground)
        yield Piece(page[0], spoken[0], 0, plain)
        yield Piece(*spoken, 1, self.text(placed, measure, self.highlight, grow))
        yield Piece(spoken[1], page[1], 0, plain)


class Karaoke(Painter):
    """The word fills with the accent colour while it is spoken. From right to left, where libass cannot fill, it
    changes at once."""

    def word(
        self, placed: PlacedWord, measure: Measure, *, page: Frames, spoken: Frames, fps: int
    ) -> Iterator[Piece]:
        if placed.right_to_left:
            yield Piece(page[0], spoken[0], 0, self.text(placed, measure, self.palette.foreground))
            yield Piece(spoken[0], page[1], 0, self.text(placed, measure, self.highlight))
            return
        wait, fill = (round((end - start) * 100 / fps) for start, end in ((page[0], spoken[0]), spoken))
        tags = f"\\2c{ass_colour(self.palette.foreground)}\\k{wait}\\kf{max(1, fill)}"
        yield Piece(*page, 0, self.text(placed, measure, self.highlight, tags))


class BoldBox(Painter):
    """The spoken word stands in a box of the accent colour."""

    def word(
        self, placed: PlacedWord, measure: Measure, *, page: Frames, spoken: Frames, fps: int
    ) -> Iterator[Piece]:
        plain = self.text(placed, measure, self.palette.foreground)
        em = measure.em
        left, top = placed.x - placed.width / 2 - 0.16 * em, placed.baseline - 0.90 * em
        box = rounded_box(placed.width + 0.32 * em, 1.20 * em, 0.16 * em)
        yield Piece(page[0], spoken[0], 1, plain)
        yield Piece(
            *spoken,
            0,
            f"{{\\an7\\pos({left:.1f},{top:.1f})\\bord0\\1c{ass_colour(self.highlight)}\\p1}}{box}{{\\p0}}",
        )
        yield Piece(*spoken, 2, self.text(placed, measure, text_on(self.highlight), "\\bord0"))
        yield Piece(spoken[1], page[1], 1, plain)


class Minimal(Painter):
    """Small lines; what is not spoken yet is faint."""

    def word(
        self, placed: PlacedWord, measure: Measure, *, page: Frames, spoken: Frames, fps: int
    ) -> Iterator[Piece]:
        yield Piece(
            page[0], spoken[0], 0, self.text(placed, measure, self.palette.foreground, "\\1a&H70&\\3a&H80&")
        )
        yield Piece(spoken[0], page[1], 0, self.text(placed, measure, self.palette.foreground))


class OneWord(Painter):
    """Each word alone."""

    def word(
        self, placed: PlacedWord, measure: Measure, *, page: Frames, spoken: Frames, fps: int
    ) -> Iterator[Piece]:
        grow = "\\fscx84\\fscy84\\t(0,70,\\fscx104\\fscy104)\\t(70,140,\\fscx100\\fscy100)"
        yield Piece(*page, 0, self.text(placed, measure, self.palette.foreground, grow))


class Reveal(Painter):
    """Words appear as they are spoken and stay; the newest in the accent colour."""

    def word(
        self, placed: PlacedWord, measure: Measure, *, page: Frames, spoken: Frames, fps: int
    ) -> Iterator[Piece]:
        rise = "\\alpha&HFF&\\fscx96\\fscy96\\t(0,90,\\alpha&H00&\\fscx100\\fscy100)"
        yield Piece(*spoken, 0, self.text(placed, measure, self.highlight, rise))
        yield Piece(spoken[1], page[1], 0, self.text(placed, measure, self.palette.foreground))


_PAINTERS: dict[CaptionStyle, type[Painter]] = {
    CaptionStyle.POP: Pop,
    CaptionStyle.KARAOKE: Karaoke,
    CaptionStyle.BOLD_BOX: BoldBox,
    CaptionStyle.MINIMAL: Minimal,
    CaptionStyle.ONE_WORD: OneWord,
    CaptionStyle.REVEAL: Reveal,
}


def painter_for(look: CaptionLook) -> Painter:
    """The painter of a look's style."""
    return _PAINTERS[look.style](look.palette)


def ass_colour(colour: str) -> str:
    """`#rrggbb` as ASS writes it: blue, green, red."""
    return f"&H{colour[5:7]}{colour[3:5]}{colour[1:3]}&".upper()


def rounded_box(width: float, height: float, radius: float) -> str:
    """An ASS drawing of a box with round corners, in pixels, from its top left corner."""
    reach = radius * 0.4477  # from the corner to the control point of a quarter circle

    def corner(x: float, y: float, along: tuple[int, int], then: tuple[int, int]) -> str:
        """The curve around the corner (x, y): it comes in along one direction and leaves in the other."""
        points = ((-reach, 0.0), (0.0, reach), (0.0, radius))
        return "b " + " ".join(
            f"{x + along[0] * back + then[0] * on:.0f} {y + along[1] * back + then[1] * on:.0f}"
            for back, on in points
        )

    return (
        f"m {radius:.0f} 0 l {width - radius:.0f} 0 {corner(width, 0, (1, 0), (0, 1))} "
        f"l {width:.0f} {height - radius:.0f} {corner(width, height, (0, 1), (-1, 0))} "
        f"l {radius:.0f} {height:.0f} {corner(0, height, (-1, 0), (0, -1))} "
        f"l 0 {radius:.0f} {corner(0, 0, (0, -1), (1, 0))}"
    )
