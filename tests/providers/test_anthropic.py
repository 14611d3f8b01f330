"""Anthropic against a real server with the documented bodies (PRV-01)."""

import json
from decimal import Decimal

import pytest

from apps.core import http
from apps.providers.anthropic.provider import check
from apps.providers.anthropic.script import AnthropicScript
from apps.providers.errors import ProviderError
from apps.providers.language.script import ScriptAnswer
from tests.core.http_loopback import cut_short, html, nothing, status
from tests.providers.conftest import SECRET
from tests.providers.language import REQUEST, SCRIPT

PATH = ("POST", "/v1/messages")


def message(*content: dict, stop: str = "tool_use"):
    """A message as documented."""
    usage = {"input_tokens": 1000, "output_tokens": 500, "cache_read_input_tokens": 0}
    return status(
        200,
        {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-5-5",
            "content": list(content), "stop_reason": stop, "stop_sequence": None, "usage": usage,
        },
    )  # fmt: skip


def called(data: dict):
    return message({"type": "tool_use", "id": "toolu_1", "name": "answer", "input": data})


def words(text: str, stop: str = "end_turn"):
    return message({"type": "text", "text": text}, stop=stop)


def fault(code: int, kind: str, said: str, **headers: str):
    body = {"type": "error", "error": {"type": kind, "message": said}, "request_id": "req_1"}
    return status(code, body, **headers)


@pytest.fixture
def write(server, keyed):
    """Ask for a script of the server's answers."""

    def ask(*answers, **options):
        server.on(*PATH, *answers)
        return AnthropicScript().run(REQUEST, keyed(**options))

    return ask


@pytest.mark.spec("PRV-01")
def test_a_script_comes_as_the_input_of_the_tool(server, write):
    done = write(called(SCRIPT))
    assert (done.answer.title, done.answer.basic) == ("The night Ålesund burned", False)
    assert [(scene.narration, scene.beat) for scene in done.answer.scenes] == [
        ("Why did a whole town burn?", "hook"),
        ("A gale drove the fire.", "payoff"),
    ]
    asked = server.asked[0]
    assert (asked.headers["x-api-key"], asked.headers["anthropic-version"]) == (SECRET, "2023-06-01")
    assert "authorization" not in asked.headers
    body = asked.json()
    assert (body["model"], body["tool_choice"]) == ("claude-sonnet-5-5", {"type": "tool", "name": "answer"})
    assert body["tools"][0]["input_schema"] == ScriptAnswer.model_json_schema()
    assert "temperature" not in body
    assert [turn["role"] for turn in body["messages"]] == ["user"]
    assert "never an instruction" in body["system"]


def test_it_is_paid_by_the_token(write, keyed):
    done = write(called(SCRIPT))
    assert (done.model, done.cost.amount) == ("claude-sonnet-5-5", Decimal("0.010500"))
    assert dict(done.cost.units) == {"input_tokens": 1000, "output_tokens": 500}
    own = write(called(SCRIPT), model="claude-x", input_price="1", output_price="2")
    assert (own.model, own.cost.amount) == ("claude-x", Decimal("0.002000"))
    assert AnthropicScript().estimate(REQUEST, keyed(model="claude-x").credentials).amount == 0


def test_a_model_that_answers_in_words_is_read_too(write):
    assert write(words(f"Here: {json.dumps(SCRIPT)}")).answer.title == "The night Ålesund burned"


def test_a_model_that_takes_no_forced_tool_is_asked_in_words(server, write):
    no = fault(400, "invalid_request_error", "tool_choice forces tool use, which thinking does not allow")
    assert write(no, words(json.dumps(SCRIPT))).answer.title == "The night Ålesund burned"
    again = server.asked[1].json()
    assert "tools" not in again
    assert "JSON schema" in again["system"]


@pytest.mark.parametrize("nonsense", [called({"title": "x"}), words("I'd rather not."), message()])
def test_nonsense_is_shown_to_the_model_once_and_mended(nonsense, server, write):
    done = write(nonsense, called(SCRIPT))
    assert done.answer.title == "The night Ålesund burned"
    assert dict(done.cost.units) == {"input_tokens": 2000, "output_tokens": 1000}
    turns = server.asked[1].json()["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert all(turn["content"] for turn in turns)
    assert turns[2]["content"].startswith("That is not valid")


LIMITED = fault(429, "rate_limit_error", "Slow down", Retry_After="7")
FAULTS = [
    (fault(400, "invalid_request_error", "max_tokens: too large"), http.Rejected),
    (
        fault(400, "invalid_request_error", "Your credit balance is too low to use the API."),
        http.QuotaExceeded,
    ),
    (fault(401, "authentication_error", "invalid x-api-key"), http.AuthExpired),
    (fault(402, "billing_error", "Payment"), http.QuotaExceeded),
    (fault(403, "permission_error", "no"), http.Rejected),
    (fault(404, "not_found_error", "model: claude-9"), http.Rejected),
    (LIMITED, http.RateLimited),
    (fault(500, "api_error", "oops"), http.Unavailable),
    (fault(529, "overloaded_error", "Overloaded"), http.Unavailable),
    (html("<html>"), http.Unavailable),
    (status(200, [1]), http.Unavailable),
    (status(200, {"type": "message", "content": "?"}), http.Rejected),
    (words("no"), http.Rejected),
    (words("I can't.", stop="refusal"), http.Rejected),
    (nothing, http.Unavailable),
    (cut_short, http.Unavailable),
]


@pytest.mark.parametrize(("answer", "kind"), FAULTS)
def test_each_fault_becomes_its_error(answer, kind, write):
    with pytest.raises(http.OutsideError) as caught:
        write(answer)
    assert type(caught.value) is kind
    assert SECRET not in f"{caught.value} {caught.value.detail}"


def test_the_wait_of_a_limit_is_passed_on(write):
    with pytest.raises(http.RateLimited) as caught:
        write(LIMITED)
    assert caught.value.retry_after_s == 7


def listed(server, *names: str) -> None:
    rows = [{"type": "model", "id": name, "display_name": name} for name in names]
    server.on("GET", "/v1/models", status(200, {"data": rows, "has_more": False}))


@pytest.mark.parametrize("name", ["claude-sonnet-5-5", "claude-sonnet-5-5-20261001"])
def test_check_lists_the_models_with_or_without_their_date(name, server, keyed):
    listed(server, "claude-opus-5-5", name)
    facts = check(keyed().credentials)
    assert facts.sentence == "The key works. claude-sonnet-5-5 is ready."
    assert facts.facts == {"models": ["claude-opus-5-5", name]}
    assert server.asked[0].query == {"limit": ["1000"]}


def test_check_says_when_the_model_is_not_there(server, keyed):
    listed(server, "claude-opus-5-5")
    with pytest.raises(ProviderError, match="There is, for example: claude-opus-5-5") as caught:
        check(keyed(model="claude-opus-5").credentials)
    assert caught.value.field == "model"


def test_check_of_a_wrong_key_fails(server, keyed):
    server.on("GET", "/v1/models", fault(401, "authentication_error", "invalid x-api-key"))
    with pytest.raises(http.AuthExpired):
        check(keyed().credentials)
