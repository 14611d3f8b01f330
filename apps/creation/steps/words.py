"""Steps that make words: the article, the script, titles and tags, and the check of each scene."""

from typing import Any

from apps.creation.errors import Blocked
from apps.creation.steps.workbench import Made, Workbench
from apps.providers.articles import fetch_article
from apps.providers.capabilities import (
    Capability,
    ModerationRequest,
    Script,
    ScriptRequest,
    TemplateBrief,
    Titles,
    TitlesRequest,
    Verdict,
)

LONGEST_HASHTAGS = 15


def read_article(bench: Workbench, params: dict[str, Any]) -> Made:
    """Fetch the page behind the link and keep its text."""
    article = fetch_article(params["url"])
    return Made(
        {"title": article.title, "text": article.text, "language": article.language, "site": article.site}
    )


def write_script(bench: Workbench, params: dict[str, Any]) -> Made:
    request = ScriptRequest(
        source_text=params["text"],
        topic=params["topic"],
        source_url=params["url"],
        template=TemplateBrief.from_json(params["template"]),
        language=params["language"],
        min_s=params["min_s"],
        max_s=params["max_s"],
        words_per_s=params["words_per_s"],
        variant=params["variant"],
    )
    outcome = bench.ask(Capability.SCRIPT, request, params)
    script: Script = outcome.answer
    return Made(script.to_json(), provider=outcome.provider, basic=outcome.basic)


def find_metadata(bench: Workbench, params: dict[str, Any]) -> Made:
    """Five titles to choose from, the description, and tags with the template's own first."""
    script = Script.from_json(params["script"])
    request = TitlesRequest(script, params["topic"], params["tone"], rejected=tuple(params["rejected"]))
    outcome = bench.ask(Capability.SCRIPT, request, params)
    titles: Titles = outcome.answer
    tags = list(dict.fromkeys(tag.lstrip("#").strip() for tag in (*params["hashtags"], *script.tags)))
    data = {
        "titles": [idea.to_json() for idea in titles.ideas],
        "description": script.description,
        "tags": [tag for tag in tags if tag][:LONGEST_HASHTAGS],
    }
    return Made(data, provider=outcome.provider, basic=outcome.basic)


def moderate(bench: Workbench, params: dict[str, Any]) -> Made:
    """Judge what a scene says and shows as text. Raises Blocked with the reasons."""
    request = ModerationRequest(text=params["text"], language=params["language"])
    outcome = bench.ask(Capability.MODERATION, request, params)
    verdict: Verdict = outcome.answer
    if not verdict.allowed:
        reasons = " ".join(reason.sentence for reason in verdict.reasons)
        raise Blocked(
            f"This scene was stopped by the check of its text. {reasons} Change the words and go on."
        )
    return Made(
        {"allowed": True, "checked": list(verdict.checked)}, provider=outcome.provider, basic=outcome.basic
    )
