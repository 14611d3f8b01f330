"""Text messages by Twilio (Programmable Messaging, API 2010-04-01) or Africa's Talking (messaging, version 1)."""

import base64
from collections.abc import Callable
from typing import Any

from django.conf import settings

from apps.core.http import (
    AuthExpired,
    Client,
    OutcomeUnknown,
    OutsideError,
    QuotaExceeded,
    RateLimited,
    Rejected,
    Response,
    Unavailable,
)
from apps.notifications.channels.content import Content
from apps.notifications.channels.errors import ContactGone

LIMIT = 300  # characters: two segments of GSM-7 or about five of UCS-2
STOPPED = "This number no longer takes messages: its owner answered STOP. They can answer START to undo it."
WRONG = "This number cannot get text messages. Enter another one."


def provider() -> Callable[[str, str], str] | None:
    """Who sends here: Twilio where the operator has an account there, else Africa's Talking, else nobody."""
    if settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN and settings.TWILIO_FROM:
        return _by_twilio
    if settings.AFRICASTALKING_USERNAME and settings.AFRICASTALKING_API_KEY:
        return _by_africastalking
    return None


def send(address: str, content: Content) -> str:
    """Send to a number in E.164 (+4915…). Raises ContactGone where its owner said STOP."""
    return send_text(address, content.text(LIMIT))


def send_text(number: str, text: str) -> str:
    """Send any words, such as a code. Raises Rejected where the operator has no account for text messages."""
    by = provider()
    if by is None:
        raise Rejected("Text messages are not set up in this installation.")
    return by(number, text)


def _by_twilio(number: str, text: str) -> str:
    account, token, sender = settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM
    form = {
        "To": number,
        "Body": text,
        ("MessagingServiceSid" if sender.startswith("MG") else "From"): sender,
    }
    basic = base64.b64encode(f"{account}:{token}".encode()).decode()
    with Client(
        settings.TWILIO_API,
        headers={"Authorization": f"Basic {basic}"},
        guard=False,
        service="Twilio",
        timeout_s=15,
        secrets=[token, basic],
        classify=_twilio_error,
    ) as client:
        answer = client.post(f"2010-04-01/Accounts/{account}/Messages.json", data=form).json_object()
    return str(answer.get("sid", ""))


def _twilio_error(response: Response) -> OutsideError | None:
    """By Twilio's own code (www.twilio.com/docs/api/errors); others by their status."""
    code = _object(response).get("code")
    if code == 21610:
        return ContactGone(STOPPED, status=response.status, code="21610")
    if code in (21211, 21214, 21217, 21614, 21612):
        return ContactGone(WRONG, status=response.status, code=str(code))
    if code == 20003:
        sentence = "Twilio does not accept the account of this installation. Check TWILIO_AUTH_TOKEN."
        return AuthExpired(sentence, status=response.status, code="20003")
    if code == 20429 and response.status != 429:
        return RateLimited("Twilio asks to wait: too many messages.", status=response.status, code="20429")
    return None


def _by_africastalking(number: str, text: str) -> str:
    key = settings.AFRICASTALKING_API_KEY
    form = {"username": settings.AFRICASTALKING_USERNAME, "to": number, "message": text}
    if settings.AFRICASTALKING_FROM:
        form["from"] = settings.AFRICASTALKING_FROM
    with Client(
        settings.AFRICASTALKING_API,
        headers={"apiKey": key, "Accept": "application/json"},
        guard=False,
        service="Africa's Talking",
        timeout_s=15,
        secrets=[key],
    ) as client:
        answer = client.post("version1/messaging", data=form).json_object()
    return _receipt(answer)


# Answers for one number; 100 to 102 are good (developers.africastalking.com, SMS, "status codes").
ANSWERS: dict[int, tuple[type[OutsideError], str]] = {
    402: (AuthExpired, "Africa's Talking does not know the sender. Check AFRICASTALKING_FROM."),
    403: (ContactGone, WRONG),
    404: (ContactGone, WRONG),
    405: (QuotaExceeded, "The credit with Africa's Talking is used up."),
    406: (ContactGone, STOPPED),
    409: (ContactGone, "This number refuses messages of this kind. Enter another one."),
    500: (Unavailable, "Africa's Talking has a fault at the moment."),
    501: (Unavailable, "Africa's Talking has a fault at the moment."),
}


def _receipt(answer: dict[str, Any]) -> str:
    """Its answer is 201 whatever became of the message: each number has a status code of its own."""
    data = answer.get("SMSMessageData")
    recipients = data.get("Recipients") if isinstance(data, dict) else None
    if not isinstance(recipients, list) or not recipients or not isinstance(recipients[0], dict):
        said = str(data.get("Message", ""))[:200] if isinstance(data, dict) else ""
        raise OutcomeUnknown(
            f"Africa's Talking did not say what became of the message. {said}".strip(), detail=said
        )
    one = recipients[0]
    code = int(one.get("statusCode") or 0)
    if 100 <= code <= 102:
        return str(one.get("messageId", ""))
    kind, sentence = ANSWERS.get(
        code, (Rejected, f"Africa's Talking did not send it ({one.get('status') or code}).")
    )
    raise kind(sentence, code=str(code))


def _object(response: Response) -> dict[str, Any]:
    try:
        return response.json_object()
    except OutsideError:
        return {}
