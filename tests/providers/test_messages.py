"""Requests and answers survive being stored as JSON."""

import json
from pathlib import Path

import pytest

from apps.media.captions import Word
from apps.media.graphics import PALETTES, Recipe
from apps.providers import capabilities as c

TEMPLATE = c.TemplateBrief(
    "Viral Hook", "Ask", (c.Beat("hook", "stop the thumb", 0.3), c.Beat("point", "tell", 0.7))
)
SCENE = c.SceneDraft("Hello there.", "A wave", ("wave",), "hook", 1.5, True)
SCRIPT = c.Script("A title", (SCENE,), "About", ("a", "b"), "en", True)
REQUEST = c.ScriptRequest("text", "topic", "https://example.com", TEMPLATE, "en", 15, 30)
PALETTE = next(iter(PALETTES.values()))
RECIPE = Recipe("silk", 7, PALETTE, ("wave",), 0.5, 4.0)

MESSAGES = [
    REQUEST,
    SCRIPT,
    c.RewriteRequest(SCRIPT, 0, REQUEST, "shorter"),
    c.TitlesRequest(SCRIPT, rejected=("No",)),
    c.Titles((c.TitleIdea("T", 0.5, "why"),)),
    c.VoiceRequest("Hello", "en", speed=1.2),
    c.Speech(Path("/w/a.wav"), (Word("Hello", 0.0, 0.5),), 0.7, "joe", "en"),
    c.VisualRequest("A wave", ("wave",), "en", "portrait", 4.0, PALETTE.name, 3, "warm", ("silk",)),
    c.Visual("graphic", recipe=RECIPE),
    c.Visual("clip", Path("/w/a.mp4"), credit="Ann", licence="Pexels", source_url="https://example.com/1"),
    c.MusicRequest("calm", "ambient", 0, 30.0, 5),
    c.Music(Path("/w/m.wav"), "generated here"),
    c.CaptionsRequest(Path("/w/a.wav"), "Hello", "en", (Word("Hello", 0.0, 0.5),)),
    c.Captions((Word("Hello", 0.0, 0.5),), True),
    c.ModerationRequest(image=Path("/w/i.png"), blocked_terms=("x",)),
    c.Verdict(False, (c.Reason("hate", ("x",), "No."),), ("image",)),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_each_message_comes_back_equal_from_json(message):
    stored = json.dumps(message.to_json())
    assert type(message).from_json(json.loads(stored)) == message


def test_older_and_newer_rows_still_load():
    data = SCENE.to_json()
    del data["duration_s"]
    assert c.SceneDraft.from_json({**data, "camera": "wide"}).duration_s == 0.0


@pytest.mark.parametrize("data", [None, [], "x", {"narration": 1}, {"narration": "x"}])
def test_what_is_not_of_the_shape_is_refused(data):
    with pytest.raises((TypeError, ValueError)):
        c.SceneDraft.from_json(data)
