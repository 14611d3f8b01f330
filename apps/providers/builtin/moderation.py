"""The built-in moderation: word lists by category. It looks at text only, and says so."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings

from apps.providers.adapters import Adapter, Done, Work
from apps.providers.builtin.terms import CATEGORIES
from apps.providers.capabilities import Capability, ModerationRequest, Reason, Verdict
from apps.providers.text import clean, is_unspaced

_DISGUISES = str.maketrans("0134578@$!€", "oieastbasie")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_STARRED = re.compile(r"(?<=\w)[*#](?=\w)")
_DOTTED = re.compile(r"\b\w(?:[.\-_ ]\w){3,}\b")


class BuiltinModeration(Adapter[ModerationRequest]):
    """Judges text by word lists, and by the team's and the operator's own blocked terms."""

    capability = Capability.MODERATION

    def run(self, request: ModerationRequest, work: Work) -> Done:
        """An image is not looked at: `checked` of the verdict then lacks it."""
        blocked = (*request.blocked_terms, *settings.MODERATION_BLOCKED_TERMS)
        reasons = judge(request.text, blocked)
        return Done(Verdict(not reasons, reasons, ("text",) if request.text else ()))


def judge(text: str, blocked_terms: Iterable[str] = ()) -> tuple[Reason, ...]:
    """Why a text cannot be shown: one reason for each category, with the words as they were found; empty if
    it can."""
    spellings = _spellings(clean(text).lower())
    reasons = []
    for category, sentence, pattern in _patterns():
        found = {match.group().strip() for spelling in spellings for match in pattern.finditer(spelling)}
        if found:
            reasons.append(Reason(category, tuple(sorted(found)), sentence))
    own = tuple(
        term for term in blocked_terms if term.strip() and _has_term(spellings[0], term.strip().lower())
    )
    if own:
        reasons.append(Reason("blocked", own, f"It has words on your block list: {', '.join(own)}."))
    return tuple(reasons)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (category, sentence, re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)"))
        for category, (sentence, patterns) in CATEGORIES.items()
    )


def _spellings(text: str) -> list[str]:
    """The text as it stands, and with disguises undone: figures for letters, stars, stretched and
    spread-out letters."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    # A figure stands for a letter only beside letters, so that "54 ships" stays.
    undone = re.sub(r"(?<=[a-z])[0134578@$!€](?=[a-z])|(?<=[a-z]{2})[0134578@$](?![\w.,])|(?<!\w)[$@](?=[a-z]{2})",
                    lambda match: match.group().translate(_DISGUISES), plain)  # fmt: skip
    undone = _STRETCHED.sub(r"\1", _DOTTED.sub(lambda match: re.sub(r"[^\w]", "", match.group()), undone))
    starred = [_STARRED.sub(vowel, undone) for vowel in "uio"] if _STARRED.search(undone) else []
    return list(dict.fromkeys([text, plain, undone, *starred]))


def _has_term(text: str, term: str) -> bool:
    if is_unspaced(term):
        return term in text
    return re.search(rf"(?<!\w){re.escape(term)}(?!\w)", text) is not None
