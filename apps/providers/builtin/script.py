"""The built-in script: the text's own sentences, chosen and ordered to fit a template. It adds no fact of
its own."""

import re
from collections.abc import Sequence
from dataclasses import replace

from apps.media.graphics.figures import figure_in
from apps.providers.builtin.extract import Candidate, candidates, choose, keywords, striking, trimmed
from apps.providers.builtin.frames import FRAMES
from apps.providers.builtin.slots import Slot, plan_slots, target_words
from apps.providers.capabilities import RewriteRequest, SceneDraft, Script, ScriptRequest
from apps.providers.errors import ProviderError
from apps.providers.text import base_language, clean, detect_language, is_unspaced, sentences, word_count

LONGEST_TITLE = 70
SAFE = 0.9  # of the longest length, since a voice may be slower than its usual pace
MAX_TEXT = 200_000


def write_script(request: ScriptRequest) -> Script:
    """A script from the request's text, or the template's own frame where there is only a topic.

    Raises ProviderError beside "source_text" where there is nothing to tell, or beside "topic" where a bare
    topic is in a language that has no frame.
    """
    text, topic = clean(request.source_text)[:MAX_TEXT], clean(request.topic).replace("\n", " ")
    language = base_language(request.language) or detect_language(text or topic)
    if any(char.isalnum() for char in text):
        return _from_text(request, text, topic, language)
    if any(char.isalnum() for char in topic):
        return _from_topic(request, topic, language)
    raise ProviderError(
        "There are no words to tell. Paste a text, give a link, or name a topic.", field="source_text"
    )


def rewrite_scene(request: RewriteRequest) -> SceneDraft:
    """Other sentences of the same text for one scene, unlike any that the script uses.

    Raises ProviderError where the text has no more: only a language model could word it anew.
    """
    scene = request.script.scenes[request.index]
    text = clean(request.request.source_text)[:MAX_TEXT]
    used = clean(request.script.narration).casefold()
    left = [
        s for s in candidates(text, request.script.language) if s.text.rstrip(".。!?").casefold() not in used
    ]
    words = max(word_count(scene.narration), 6.0)
    if not left or scene.invented:
        raise ProviderError(
            "The text has no other sentence for this scene. Edit the words by hand, or add a key for a language model."
        )
    chosen = choose(left, words, most_words=words * 1.4)
    narration = _joined(chosen, request.script.language)
    return _scene(narration, scene.beat, request.request, request.script.language, request.script.tags)


def _from_text(request: ScriptRequest, text: str, topic: str, language: str) -> Script:
    closing = _call_to_action(request, language)
    words = target_words(request.min_s, request.max_s, request.words_per_s) - word_count(closing)
    slots = plan_slots(request.template, words, request.words_per_s, closing=bool(closing))
    body_slots = [slot for slot in slots if not slot.closing]
    found = candidates(text, language)
    hook = _hook(found, body_slots[0].words, request.variant)
    body = choose(
        found,
        words - hook.words,
        most_words=max(14.0, 1.5 * words / len(body_slots)),
        limit=request.max_s * request.words_per_s * SAFE - word_count(closing) - hook.words,
        at_least=request.template.scene_count_min - 1 - bool(closing),
        seed=request.variant,
        kept=[hook],
    )
    tags = tuple(tag.lower() for tag in keywords("\n".join(sentence.text for sentence in found), language))
    scenes = [_scene(hook.text, body_slots[0].beat, request, language, tags)]
    scenes += [
        _scene(_joined(group, language), slot.beat, request, language, tags)
        for slot, group in _filled(body_slots[1:] or body_slots, body)
    ]
    if closing:
        scenes.append(_scene(closing, slots[-1].beat, request, language, tags, invented=True))
    title = _title(topic, text, hook, tags)
    return Script(title, tuple(scenes), _description(found, request, tags), tags, language, True)


def _hook(found: Sequence[Candidate], words: float, variant: int) -> Candidate:
    """The most striking sentence of those that matter; another one for each variant."""
    best = sorted(found, key=lambda s: -s.weight)[: max(8, len(found) // 3)]
    ranked = sorted(best, key=lambda s: -(striking(s) + 0.6 * s.weight - 0.05 * max(s.words - 18, 0)))
    return trimmed(ranked[variant % min(len(ranked), 3)], max(words * 1.3, 12.0))


def _filled(slots: Sequence[Slot], chosen: Sequence[Candidate]) -> list[tuple[Slot, list[Candidate]]]:
    """The sentences in their order over the scenes in theirs, each scene with at least one."""
    if len(chosen) <= len(slots):
        step = len(slots) / max(len(chosen), 1)
        return [(slots[int(place * step)], [sentence]) for place, sentence in enumerate(chosen)]
    total = sum(slot.words for slot in slots) or 1.0
    scale = sum(sentence.words for sentence in chosen) / total
    filled: list[tuple[Slot, list[Candidate]]] = []
    left = list(chosen)
    for place, slot in enumerate(slots):
        after = len(slots) - place - 1
        group = [left.pop(0)]
        spoken = group[0].words
        while len(left) > after and (after == 0 or spoken + left[0].words / 2 <= slot.words * scale):
            spoken += left[0].words
            group.append(left.pop(0))
        filled.append((slot, group))
    return filled


def _joined(group: Sequence[Candidate], language: str) -> str:
    return ("" if language in ("zh", "ja") else " ").join(sentence.text for sentence in group)


def _scene(
    narration: str,
    beat: str,
    request: ScriptRequest,
    language: str,
    about: Sequence[str],
    *,
    invented: bool = False,
) -> SceneDraft:
    words = keywords(narration, language, 4, about) or tuple(about[:3])
    seconds = round(word_count(narration) / max(request.words_per_s, 0.1), 2)
    about = ", ".join(words) or beat
    return SceneDraft(
        narration, f"Motion graphics about {about}{_figure(narration)}", words, beat, seconds, invented
    )


def _figure(narration: str) -> str:
    """ ": 850 houses" for a narration that speaks of so many: a picture may show it. Years are not shown."""
    for sentence in sentences(narration):
        figure = figure_in([sentence])
        if figure is not None and not figure.is_year:
            return f": {figure.shown(figure.value)} {figure.label}".rstrip()
    return ""


def _call_to_action(request: ScriptRequest, language: str) -> str:
    """The template's own, where it is in the video's language; else ours, where we have one."""
    own = clean(request.template.call_to_action).replace("\n", " ")
    if not own or detect_language(own, language, sure_letters=8) == language:
        return own
    return FRAMES[language].closing if language in FRAMES else ""


def _title(topic: str, text: str, hook: Candidate, tags: Sequence[str]) -> str:
    """The topic, the text's own heading, its hook if it is short, or what it is about; never cut within a
    word."""
    heading = text.split("\n", 1)[0]
    short = hook.text.rstrip(".。")
    for title in (topic, heading if not re.search(r"[.!?。！？؟]$", heading) else "", short):
        if title and len(title) <= LONGEST_TITLE:
            return title
    if tags:
        return ", ".join(tags[:2])
    return shortened(topic or short, LONGEST_TITLE)


def shortened(text: str, length: int) -> str:
    """`text` cut at a word to at most `length` characters, with an ellipsis where something is missing."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    if not is_unspaced(text) and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.–—-") + "…"


def _description(found: Sequence[Candidate], request: ScriptRequest, tags: Sequence[str]) -> str:
    """The two weightiest sentences, where they come from, and three hashtags."""
    best = sorted(sorted(found, key=lambda s: -s.weight)[:2], key=lambda s: s.index)
    lines = [" ".join(shortened(sentence.text, 400) for sentence in best)]
    if request.source_url:
        lines.append(f"Source: {request.source_url}")
    if tags:
        lines.append(" ".join(hashtag(tag) for tag in tags[:3]))
    return "\n\n".join(lines)


def hashtag(tag: str) -> str:
    """ "#ArtNouveau" for "Art Nouveau"."""
    return "#" + "".join(part[:1].upper() + part[1:] for part in re.split(r"[^\w]+", tag) if part)


def _from_topic(request: ScriptRequest, topic: str, language: str) -> Script:
    frame = FRAMES.get(language)
    if frame is None:
        known = ", ".join(sorted(FRAMES))
        raise ProviderError(
            f"From a topic alone the built-in script can only be written in some languages ({known}). "
            "Paste a text, or add a key for a language model.",
            field="topic",
        )
    name = shortened(topic, LONGEST_TITLE)
    closing = _call_to_action(request, language) or frame.closing
    words = target_words(request.min_s, request.max_s, request.words_per_s) - word_count(closing)
    slots = plan_slots(request.template, words, request.words_per_s, closing=True)
    lines = [line.format(topic=name) for line in (frame.hook[request.variant % len(frame.hook)], *frame.body)]
    spoken = _lines_of(lines, words, len(slots) - 1)
    tags = tuple(tag.lower() for tag in keywords(name, language, 5))
    scenes = [
        _scene(_joined(group, language), slot.beat, request, language, tags, invented=True)
        for slot, group in _filled(slots[:-1], spoken)
    ]
    scenes.append(_scene(closing, slots[-1].beat, request, language, tags, invented=True))
    scenes = [replace(scene, keywords=tags or scene.keywords) for scene in scenes]
    first = name[:1].upper() + name[1:]
    return Script(first, tuple(scenes), first, tags, language, True)


def _lines_of(lines: Sequence[str], words: float, at_least: int) -> list[Candidate]:
    """The first lines that fill `words`, as sentences."""
    chosen: list[Candidate] = []
    for index, line in enumerate(lines):
        if len(chosen) >= at_least and sum(s.words for s in chosen) >= words * 0.92:
            break
        chosen.append(Candidate(index, line, word_count(line), frozenset(), False))
    return chosen
