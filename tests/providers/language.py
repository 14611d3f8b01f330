"""What the tests of the language models ask for, and the script they answer with."""

from apps.providers.capabilities import Beat, ScriptRequest, TemplateBrief
from tests.providers.samples import ARTICLE

TEMPLATE = TemplateBrief(
    "Viral Hook", "Start with a question", (Beat("hook", "stop the thumb", 0.3), Beat("payoff", "tell it", 0.7)),
    tone="lively", call_to_action="Follow for more.", prompt="Keep it light.", scene_count_min=2, scene_count_max=5,
)  # fmt: skip
REQUEST = ScriptRequest(ARTICLE, "A fire", "https://example.com", TEMPLATE, "en", 15, 30)
SCENES = [
    {
        "narration": "Why did a whole town burn?",
        "visual_description": "Flames",
        "keywords": ["fire", "town"],
        "beat": "hook",
    },
    {
        "narration": "A gale drove the fire.",
        "visual_description": "Wind",
        "keywords": ["storm"],
        "beat": "payoff",
    },
]
SCRIPT = {
    "title": "The night Ålesund burned",
    "scenes": SCENES,
    "description": "A town rises.",
    "tags": ["#Fire", "norway", "fire"],
}
