"""Words that people type, made fit for places where they could do harm; and names of the code, made fit for people."""

import unicodedata

# Controls, line and paragraph separators, and the marks that turn the direction of what follows.
_HARMFUL = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def is_one_line(text: str) -> bool:
    """Whether the text is one line without controls: fit for a mail's subject, and read as it was written."""
    return not any(_is_harmful(letter) for letter in text)


def one_line(text: str) -> str:
    """The text in one line, without controls; for headers, which end where a line does (RFC 5322, section 2.2)."""
    return " ".join("".join(" " if _is_harmful(letter) else letter for letter in text).split())


def _is_harmful(letter: str) -> bool:
    return letter in _TURNS or unicodedata.category(letter) in _HARMFUL


def harmless_cell(cell: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(RUNS_AS_FORMULA) else cell


def spoken(name: str) -> str:
    """A name of the code as a person reads it: `provider.key_broken` → Provider key broken."""
    words = name.replace(".", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
