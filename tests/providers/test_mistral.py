"""Mistral against a real server with the documented bodies (PRV-01)."""

from decimal import Decimal

import pytest

from apps.core import http
from apps.providers.errors import ProviderError
from apps.providers.mistral.provider import check
from apps.providers.mistral.script import MistralScript
from tests.core.http_loopback import cut_short, html, nothing, status
from tests.providers.conftest import SECRET
from tests.providers.language import REQUEST, SCRIPT
from tests.providers.test_openai_compatible import said

CHAT = ("POST", "/v1/chat/completions")


@pytest.fixture
def write(server, keyed):
    """Ask for a script of the server's answers."""

    def ask(*answers, **options):
        server.on(*CHAT, *answers)
        return MistralScript().run(REQUEST, keyed("/v1", **options))

    return ask


@pytest.mark.spec("PRV-01")
def test_a_script_comes_by_json_schema_and_is_paid_by_the_token(server, write):
    done = write(said(SCRIPT))
    assert (done.answer.title, done.answer.basic) == ("The night Ålesund burned", False)
    assert [scene.beat for scene in done.answer.scenes] == ["hook", "payoff"]
    assert (done.model, done.cost.amount) == ("mistral-small-latest", Decimal("0.000250"))
    assert dict(done.cost.units) == {"input_tokens": 1000, "output_tokens": 500}
    asked = server.asked[0]
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.json()["model"] == "mistral-small-latest"
    assert asked.json()["response_format"]["json_schema"]["name"] == "scriptanswer"


def test_a_keys_own_model_and_prices_go_first(server, write):
    done = write(said(SCRIPT), model="mistral-large-latest", input_price="1", output_price="2")
    assert (done.model, done.cost.amount) == ("mistral-large-latest", Decimal("0.002000"))
    assert server.asked[0].json()["model"] == "mistral-large-latest"


def test_the_estimate_is_by_the_same_prices(keyed):
    small = MistralScript().estimate(REQUEST, keyed().credentials).amount
    large = MistralScript().estimate(REQUEST, keyed(model="mistral-large-latest").credentials).amount
    assert 0 < small < large < Decimal("0.02")


LIMITED = status(429, {"object": "error", "message": "Rate limit exceeded"}, Retry_After="7")
FAULTS = [
    (status(401, {"detail": "Unauthorized"}), http.AuthExpired),
    (status(402, {"detail": "Payment required"}), http.QuotaExceeded),
    (
        status(422, {"detail": [{"loc": ["body", "model"], "msg": "unknown", "type": "value_error"}]}),
        http.Rejected,
    ),
    (LIMITED, http.RateLimited),
    (status(500), http.Unavailable),
    (status(503), http.Unavailable),
    (html("<html>"), http.Unavailable),
    (status(200, {"choices": []}), http.Rejected),
    (said("no"), http.Rejected),
    (nothing, http.Unavailable),
    (cut_short, http.Unavailable),
]


@pytest.mark.parametrize(("answer", "kind"), FAULTS)
def test_each_fault_becomes_its_error(answer, kind, write):
    with pytest.raises(http.OutsideError) as caught:
        write(answer)
    assert type(caught.value) is kind
    assert caught.value.message.startswith("Mistral ")
    assert SECRET not in f"{caught.value} {caught.value.detail}"


def test_the_wait_of_a_limit_is_passed_on(write):
    with pytest.raises(http.RateLimited) as caught:
        write(LIMITED)
    assert caught.value.retry_after_s == 7


def test_check_lists_the_models(server, keyed):
    server.on("GET", "/v1/models", status(200, {"object": "list", "data": [{"id": "mistral-small-latest"}]}))
    facts = check(keyed("/v1").credentials)
    assert (facts.sentence, facts.facts) == (
        "The key works. mistral-small-latest is ready.",
        {"models": ["mistral-small-latest"]},
    )
    with pytest.raises(ProviderError, match="There is no model “mistral-huge”"):
        check(keyed("/v1", model="mistral-huge").credentials)


def test_check_of_a_wrong_key_fails(server, keyed):
    server.on("GET", "/v1/models", status(401, {"detail": "Unauthorized"}))
    with pytest.raises(http.AuthExpired):
        check(keyed("/v1").credentials)
