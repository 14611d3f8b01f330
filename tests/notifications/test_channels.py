"""SMS, Slack, Telegram and web push, each against an other end that enforces the protocol (NTF-02)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from apps.core.http import (
    AuthExpired,
    OutcomeUnknown,
    OutsideError,
    QuotaExceeded,
    RateLimited,
    Rejected,
    Unavailable,
)
from apps.notifications.channels import ContactGone, ContactMoved, Content, push, slack, sms, telegram
from apps.notifications.channels.sealing import seal
from apps.notifications.choices import Priority
from tests.core.http_loopback import Loopback, nothing, status
from tests.notifications.counterparts import AfricasTalking, PushService, Slack, Telegram, Twilio, unb64

CONTENT = Content(
    key="0192f3c2-notice",
    title="A key is refused",
    body="Pexels <says> no & more.",
    lines=("first", "second"),
    url="https://studio.example/x",
    team="Morning Show",
)
NUMBER = "+4915123456789"


@pytest.fixture
def twilio(server: Loopback, settings: Any) -> Twilio:
    other = Twilio()
    settings.TWILIO_API, settings.TWILIO_FROM = server.url, "+15005550006"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = other.account, other.token
    other.open(server)
    return other


@pytest.fixture
def africa(server: Loopback, settings: Any) -> AfricasTalking:
    other = AfricasTalking()
    settings.AFRICASTALKING_API, settings.AFRICASTALKING_USERNAME = server.url, "studio"
    settings.AFRICASTALKING_API_KEY = other.key
    other.open(server)
    return other


@pytest.fixture
def bot(server: Loopback, settings: Any) -> Telegram:
    other = Telegram()
    settings.TELEGRAM_API, settings.TELEGRAM_BOT_TOKEN, settings.TELEGRAM_BOT_NAME = (
        server.url, other.token, "ShowBot",
    )  # fmt: skip
    other.open(server)
    return other


def failure(call: Callable[[], object]) -> OutsideError:
    with pytest.raises(OutsideError) as caught:
        call()
    return caught.value


@pytest.mark.spec("NTF-02")
def test_twilio_takes_a_message_and_gives_its_number(twilio: Twilio) -> None:
    assert sms.send(NUMBER, CONTENT).startswith("SM")
    assert twilio.sent == [
        (NUMBER, "A key is refused\nPexels <says> no & more.\n• first\n• second\nhttps://studio.example/x")
    ]


def test_twilio_by_a_messaging_service(twilio: Twilio, settings: Any, server: Loopback) -> None:
    settings.TWILIO_FROM = "MG0123"
    sms.send(NUMBER, CONTENT)
    assert b"MessagingServiceSid=MG0123" in server.asked[-1].body


@pytest.mark.parametrize(
    ("number", "token", "kind"),
    [(NUMBER, "wrong", AuthExpired), ("12", "twilio-secret", ContactGone)],
)
def test_twilio_s_own_errors(
    twilio: Twilio, settings: Any, number: str, token: str, kind: type[OutsideError]
) -> None:
    settings.TWILIO_AUTH_TOKEN = token
    error = failure(lambda: sms.send(number, CONTENT))
    assert (type(error), error.retryable) == (kind, False)
    assert token not in str(error)


def test_twilio_21610_means_that_the_owner_said_stop(twilio: Twilio) -> None:
    twilio.stopped.add(NUMBER)
    error = failure(lambda: sms.send(NUMBER, CONTENT))
    assert (type(error), error.code, "STOP" in error.message) == (ContactGone, "21610", True)


SERVICES = {
    "sms": ("/2010-04-01/Accounts/AC0123/Messages.json", lambda: sms.send(NUMBER, CONTENT)),
    "telegram": ("/bot123:bot-secret/sendMessage", lambda: telegram.send("42", CONTENT)),
}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("answer", "kind", "retryable"),
    [
        (status(429, {}, Retry_After="7"), RateLimited, True),
        (status(503), Unavailable, True),
        (status(502), OutcomeUnknown, False),
        (nothing, OutcomeUnknown, False),
        (status(200, b"<html>"), OutcomeUnknown, False),
        (status(418), Rejected, False),
    ],
)
def test_faults_of_a_service_by_their_class(
    twilio: Twilio,
    bot: Telegram,
    server: Loopback,
    service: str,
    answer: Any,
    kind: type[OutsideError],
    retryable: bool,
) -> None:
    path, call = SERVICES[service]
    server.on("POST", path, answer)
    error = failure(call)
    assert (type(error), error.retryable) == (kind, retryable)
    assert not {"twilio-secret", "bot-secret"} & set(str(error).split())


def test_wait_that_a_service_asks_for_is_obeyed(twilio: Twilio, server: Loopback) -> None:
    server.on("POST", SERVICES["sms"][0], status(429, {"code": 20429}, Retry_After="7"))
    assert failure(SERVICES["sms"][1]).retry_after_s == 7


def test_service_that_does_not_answer_in_time_leaves_the_outcome_open(
    twilio: Twilio, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.core.http_loopback import silent_for

    server.on("POST", SERVICES["sms"][0], silent_for(0.6))
    real = sms.Client
    monkeypatch.setattr(sms, "Client", lambda *a, **options: real(*a, **{**options, "timeout_s": 0.2}))
    assert type(failure(SERVICES["sms"][1])) is OutcomeUnknown


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (402, AuthExpired),
        (403, ContactGone),
        (405, QuotaExceeded),
        (406, ContactGone),
        (407, Rejected),
        (500, Unavailable),
    ],
)
def test_africas_talking_says_what_became_of_each_number(
    africa: AfricasTalking, code: int, kind: type[OutsideError]
) -> None:
    assert sms.send("+254711000000", CONTENT) == "ATXid_1"
    africa.codes["+254711000001"] = code
    assert type(failure(lambda: sms.send("+254711000001", CONTENT))) is kind
    assert [number for number, _ in africa.sent] == ["+254711000000"]


def test_text_messages_without_an_account_are_refused() -> None:
    assert sms.provider() is None
    assert type(failure(lambda: sms.send(NUMBER, CONTENT))) is Rejected


@pytest.mark.spec("NTF-02")
def test_slack_gets_the_message_with_its_control_characters_escaped(server: Loopback) -> None:
    other = Slack()
    slack.send(other.open(server), CONTENT)
    [said] = other.said
    assert said["text"] == "A key is refused"
    assert said["blocks"][0]["text"]["text"] == (
        "*A key is refused*\nPexels &lt;says&gt; no &amp; more.\n• first\n• second\n<https://studio.example/x|Showrunner>"
    )


@pytest.mark.parametrize(
    ("code", "word", "kind"),
    [
        (404, "no_service", ContactGone),
        (410, "channel_is_archived", ContactGone),
        (403, "action_prohibited", ContactGone),
        (400, "invalid_payload", Rejected),
        (500, "rollup_error", Unavailable),
    ],
)
def test_slack_says_why_not(server: Loopback, code: int, word: str, kind: type[OutsideError]) -> None:
    other = Slack(refusal=(code, word))
    address = other.open(server)
    error = failure(lambda: slack.send(address, CONTENT))
    assert type(error) is kind
    assert "secret-of-the-hook" not in f"{error} {error.detail}"


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://hooks.slack.com/services/T0/B0/x", True),
        ("https://hooks.slack.com.evil.example/services/T0/B0/x", False),
        ("http://hooks.slack.com/services/T0/B0/x", False),
        ("https://hooks.slack.com/services/T0", False),
        ("https://169.254.169.254/services/T0/B0/x", False),
    ],
)
def test_only_slack_s_own_addresses_are_hooks(address: str, is_one: bool) -> None:
    assert slack.is_hook(address) is is_one


@pytest.mark.spec("NTF-02")
def test_telegram_gets_the_message(bot: Telegram) -> None:
    assert telegram.send("42", CONTENT) == "1"
    assert bot.said == [(42, CONTENT.text(4096))]


@pytest.mark.parametrize(
    ("code", "more", "kind"),
    [
        (403, {"description": "Forbidden: bot was blocked by the user"}, ContactGone),
        (400, {"description": "Bad Request: chat not found"}, ContactGone),
        (400, {"description": "Bad Request: can't parse entities"}, Rejected),
        (401, {"description": "Unauthorized"}, AuthExpired),
        (400, {"description": "group upgraded", "parameters": {"migrate_to_chat_id": -1007}}, ContactMoved),
        (429, {"description": "Too Many Requests", "parameters": {"retry_after": 9}}, RateLimited),
    ],
)
def test_telegram_says_why_not(
    bot: Telegram, code: int, more: dict[str, Any], kind: type[OutsideError]
) -> None:
    bot.refusals[42] = (code, more)
    error = failure(lambda: telegram.send("42", CONTENT))
    assert type(error) is kind
    if isinstance(error, ContactMoved):
        assert error.address == "-1007"
    if kind is RateLimited:
        assert error.retry_after_s == 9


def test_telegram_hands_out_the_codes_that_people_sent_and_forgets_them_after(bot: Telegram) -> None:
    bot.start("/start abc-DEF_1", 42)
    bot.start("hello", 43)
    bot.start("/start@ShowBot second", 44, "crew")
    started, offset = telegram.started_since(0)
    assert [(one.code, one.chat_id, one.name) for one in started] == [
        ("abc-DEF_1", 42, "mara"),
        ("second", 44, "crew"),
    ]
    assert telegram.started_since(offset) == ([], offset)


@pytest.mark.spec("NTF-02")
def test_browser_opens_what_was_pushed_to_it(server: Loopback) -> None:
    browser = PushService(sender=push.public_key())
    push.send(browser.open(server), CONTENT)
    assert browser.refused == []
    assert browser.shown == [
        {
            "title": "A key is refused",
            "body": "Pexels <says> no & more.\nfirst\nsecond",
            "url": "https://studio.example/x",
            "tag": "0192f3c2-notice",
        }
    ]
    assert (server.asked[0].headers["urgency"], server.asked[0].headers["ttl"]) == ("normal", "86400")


def test_critical_push_is_urgent_and_a_long_one_fits(server: Loopback) -> None:
    browser = PushService(sender=push.public_key())
    long = replace(CONTENT, body="ü" * 5000, priority=Priority.CRITICAL)
    push.send(browser.open(server), long)
    assert (browser.refused, server.asked[0].headers["urgency"]) == ([], "high")
    assert browser.shown[0]["body"].endswith("…")


def test_push_of_another_installation_is_refused_by_the_service(server: Loopback, settings: Any) -> None:
    browser = PushService(sender=push.public_key())
    subscription = browser.open(server)
    settings.SECRET_KEY = "another installation's"
    assert type(failure(lambda: push.send(subscription, CONTENT))) is Rejected
    assert browser.refused == ["another sender than was subscribed to"]


@pytest.mark.parametrize("code", [404, 410])
def test_subscription_that_has_ended_is_gone(server: Loopback, code: int) -> None:
    browser = PushService(sender=push.public_key(), gone=code)
    subscription = browser.open(server)
    error = failure(lambda: push.send(subscription, CONTENT))
    assert (type(error), "/push/abc" in str(error)) == (ContactGone, False)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"endpoint": "https://x", "keys": {"p256dh": "AA", "auth": "AA"}}', "[1]"]
)
def test_damaged_subscription_is_none(text: str) -> None:
    with pytest.raises(ValueError):
        push.read_subscription(text)
    assert type(failure(lambda: push.send(text, CONTENT))) is ContactGone


def test_configured_key_is_used(settings: Any) -> None:
    made = push.public_key()
    settings.VAPID_PRIVATE_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
    assert push.public_key() != made
    assert len(unb64(push.public_key())) == 65


def test_sealing_gives_the_bytes_of_the_standard_s_example() -> None:
    """RFC 8291, 5 and Appendix A."""
    sender = int.from_bytes(unb64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    sealed = seal(
        b"When I grow up, I want to be a watermelon",
        browser_key=unb64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=unb64("BTBZMqHH6r4Tts7J_aSIgg"),
        sender=ec.derive_private_key(sender, ec.SECP256R1()),
        salt=unb64("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert sealed == unb64(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru"
        "3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_text_is_cut_before_its_address() -> None:
    text = replace(CONTENT, body="x" * 500).text(300)
    assert (len(text), text.endswith("…\nhttps://studio.example/x")) == (300, True)
