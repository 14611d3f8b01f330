"""Five titles for a script, out of its own words (GEN-13), with a confidence that says why."""

import re
from collections.abc import Iterable, Sequence

from apps.providers.builtin.frames import FRAMES, NEUTRAL_TITLES
from apps.providers.builtin.script import shortened
from apps.providers.capabilities import TitleIdea, Titles, TitlesRequest
from apps.providers.text import clean, tokens

COUNT = 5
LONGEST = 70
_NUMBERED = re.compile(r" \(\d+\)$")  # what fills up where a script has too few words for five titles
BEST_LENGTH = range(25, 61)


def suggest_titles(request: TitlesRequest) -> Titles:
    """Exactly five distinct titles, the surest first; none that the team rejected before."""
    refused = {_key(title) for title in request.rejected}
    titles: list[str] = []
    for title in _ideas(request):
        title = shortened(re.sub(r"\s+", " ", clean(title)).strip(), LONGEST)
        if _key(title) and _key(title) not in refused | {_key(other) for other in titles}:
            titles.append(title)
    real = [title for title in titles if not _NUMBERED.search(title)]
    titles = real if len(real) >= COUNT else titles
    judged = sorted((_judged(title, request) for title in titles), key=lambda idea: -idea.confidence)
    return Titles(tuple(judged[:COUNT]))


def _ideas(request: TitlesRequest) -> Iterable[str]:
    script = request.script
    subject = _subject(request)
    other = next((tag for tag in script.tags if _key(tag) not in _key(subject)), "")
    yield script.title
    yield request.topic
    for scene in script.scenes:
        for sentence in re.findall(r"[^.!?。！？؟]+[!?！？؟]?", scene.narration):
            if not scene.invented and len(sentence.strip()) <= LONGEST and len(tokens(sentence)) > 3:
                yield sentence
    frame = FRAMES.get(script.language)
    for pattern in (*(frame.titles if frame else ()), *NEUTRAL_TITLES):
        if other or "{b}" not in pattern:
            yield pattern.format(a=_capital(subject), b=other)
    for number in range(2, 2 + COUNT + len(request.rejected) + 1):
        yield f"{_capital(subject)} ({number})"


def _subject(request: TitlesRequest) -> str:
    """What the video is about, in few words; "Video" where the script says nothing at all."""
    spoken = request.script.scenes[0].narration if request.script.scenes else ""
    for text in (*request.script.tags[:1], request.topic, request.script.title, spoken):
        if any(char.isalnum() for char in text):
            return shortened(text, LONGEST - 30)
    return "Video"


def _judged(title: str, request: TitlesRequest) -> TitleIdea:
    """Confidence between 0.05 and 0.95, as the sum of what is known to help a title."""
    terms = set(tokens(title))
    spoken = request.script.narration + request.script.title + request.topic
    own = title.rstrip("…").strip() in spoken
    score, reasons = (0.4, ["it is in the video's own words"]) if own else (0.3, [])
    if len(title) in BEST_LENGTH:
        score, reasons = score + 0.2, [*reasons, "a length that shows whole in most lists"]
    if terms & {part for tag in request.script.tags[:3] for part in tokens(tag)}:
        score, reasons = score + 0.15, [*reasons, "it names the subject"]
    if title.endswith(("?", "？", "؟")):
        score, reasons = score + 0.1, [*reasons, "it asks a question"]
    if re.search(r"\d", _NUMBERED.sub("", title)):
        score, reasons = score + 0.1, [*reasons, "it has a figure in it"]
    if _resembles(terms, request.accepted):
        score, reasons = score + 0.1, [*reasons, "you chose ones like it before"]
    if _resembles(terms, request.rejected):
        score, reasons = score - 0.2, [*reasons, "but you turned down ones like it"]
    reason = "; ".join(reasons) or "a plain frame around the subject"
    return TitleIdea(title, round(min(max(score, 0.05), 0.95), 2), f"{reason[0].upper()}{reason[1:]}.")


def _resembles(terms: set[str], titles: Sequence[str]) -> bool:
    return any(len(terms & set(tokens(title))) * 2 >= max(len(terms), 1) for title in titles)


def _key(title: str) -> str:
    return " ".join(tokens(title)) or title.strip().casefold()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
