"""The other ends of the channels, on the loopback: each refuses what its real one would."""

import base64
import json
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from apps.notifications.channels.sealing import point_of
from tests.core.http_loopback import Answer, Asked, Handler, Loopback, status


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def by_rule(rule: Callable[[Asked], Answer]) -> Answer:
    """An answer that looks at what was asked."""

    def answer(handler: Handler) -> None:
        rule(handler.loopback.asked[-1])(handler)

    return answer


@dataclass
class Twilio:
    """Programmable Messaging: Basic authentication, a form, E.164 numbers, at most 1,600 characters."""

    account: str = "AC0123"
    token: str = "twilio-secret"
    stopped: set[str] = field(default_factory=set)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def open(self, server: Loopback) -> None:
        server.on("POST", f"/2010-04-01/Accounts/{self.account}/Messages.json", by_rule(self._answer))

    def _answer(self, asked: Asked) -> Answer:
        expected = "Basic " + base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        if asked.headers.get("authorization") != expected:
            return status(401, {"code": 20003, "message": "Authenticate", "status": 401})
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        to = form.get("To", "")
        if not re.fullmatch(r"\+[1-9]\d{7,14}", to):
            return status(400, {"code": 21211, "message": f"Invalid 'To' Phone Number: {to}", "status": 400})
        if to in self.stopped:
            return status(400, {"code": 21610, "message": "unsubscribed recipient", "status": 400})
        if (
            not form.get("Body")
            or len(form["Body"]) > 1600
            or not {"From", "MessagingServiceSid"} & form.keys()
        ):
            return status(400, {"code": 21602, "message": "Message body is required.", "status": 400})
        self.sent.append((to, form["Body"]))
        return status(201, {"sid": f"SM{len(self.sent):032}", "status": "queued", "error_code": None})


@dataclass
class AfricasTalking:
    """Its answer is 201 whatever became of the message; the code stands in the recipient's line."""

    key: str = "at-secret"
    codes: dict[str, int] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def open(self, server: Loopback) -> None:
        server.on("POST", "/version1/messaging", by_rule(self._answer))

    def _answer(self, asked: Asked) -> Answer:
        if asked.headers.get("apikey") != self.key or asked.headers.get("accept") != "application/json":
            return status(401, b"The supplied authentication is invalid")
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        code = self.codes.get(form["to"], 101)
        if code <= 102:
            self.sent.append((form["to"], form["message"]))
        line = {
            "statusCode": code,
            "number": form["to"],
            "status": "Any",
            "messageId": "ATXid_1",
            "cost": "KES 0.8",
        }
        return status(201, {"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [line]}})


@dataclass
class Slack:
    """An incoming webhook: JSON with text, answered by the word ok."""

    said: list[dict[str, Any]] = field(default_factory=list)
    refusal: tuple[int, str] | None = None
    path: str = "/services/T000/B000/secret-of-the-hook"

    def open(self, server: Loopback) -> str:
        return server.on("POST", self.path, by_rule(self._answer))

    def _answer(self, asked: Asked) -> Answer:
        if self.refusal is not None:
            return status(self.refusal[0], self.refusal[1].encode())
        try:
            body = asked.json()
        except ValueError:
            return status(400, b"invalid_payload")
        if not asked.headers.get("content-type", "").startswith("application/json") or not body.get("text"):
            return status(400, b"no_text")
        self.said.append(body)
        return status(200, b"ok")


@dataclass
class Telegram:
    """A bot with its token in the path; chats that blocked it, groups that moved, updates by offset."""

    token: str = "123:bot-secret"
    refusals: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    said: list[tuple[int, str]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)

    def open(self, server: Loopback) -> None:
        server.on("POST", f"/bot{self.token}/sendMessage", by_rule(self._send))
        server.on("POST", f"/bot{self.token}/getUpdates", by_rule(self._updates))

    def start(self, text: str, chat_id: int, name: str = "mara") -> None:
        message = {
            "message_id": 1,
            "chat": {"id": chat_id, "type": "private", "username": name},
            "text": text,
        }
        self.updates.append({"update_id": 700 + len(self.updates), "message": message})

    def _send(self, asked: Asked) -> Answer:
        body = asked.json()
        if not isinstance(body.get("chat_id"), int) or not 1 <= len(body.get("text", "")) <= 4096:
            return self._no(400, {"description": "Bad Request: message text is empty"})
        if body["chat_id"] in self.refusals:
            return self._no(*self.refusals[body["chat_id"]])
        self.said.append((body["chat_id"], body["text"]))
        return status(200, {"ok": True, "result": {"message_id": len(self.said)}})

    def _updates(self, asked: Asked) -> Answer:
        offset = asked.json().get("offset", 0)
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        return status(200, {"ok": True, "result": self.updates})

    def _no(self, code: int, more: dict[str, Any]) -> Answer:
        return status(code, {"ok": False, "error_code": code, **more})


@dataclass
class PushService:
    """A browser with its push service: it knows the sender's key, checks the token, and decrypts what comes."""

    sender: str
    path: str = "/push/abc"
    origin: str = ""
    gone: int = 0
    shown: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"sixteen bytes ok"

    def open(self, server: Loopback) -> str:
        """Returns the subscription as the browser's JSON."""
        self.origin = server.url
        endpoint = server.on("POST", self.path, by_rule(self._answer))
        keys = {"p256dh": b64(point_of(self.key.public_key())), "auth": b64(self.auth)}
        return json.dumps({"endpoint": endpoint, "keys": keys})

    def _answer(self, asked: Asked) -> Answer:
        if self.gone:
            return status(self.gone)
        reason = self._fault(asked)
        if reason:
            self.refused.append(reason)
            return status(403, {"message": reason})
        self.shown.append(json.loads(self._opened(asked.body)))
        return status(201, b"", Location=f"{self.origin}/m/1")

    def _fault(self, asked: Asked) -> str:
        """What a push service complains of (RFC 8030, 5; RFC 8188; RFC 8292, 2 and 3); nothing where all is well."""
        found = re.fullmatch(r"vapid t=([\w.-]+),k=([\w-]+)", asked.headers.get("authorization", ""))
        if found is None:
            return "no vapid"
        if found[2] != self.sender:
            return "another sender than was subscribed to"
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(found[2]))
        try:
            claims = jwt.decode(found[1], key, algorithms=["ES256"], audience=self.origin)
        except jwt.InvalidTokenError as error:
            return f"token: {error}"
        if not str(claims.get("sub", "")).startswith(("mailto:", "https:")):
            return "no way to reach the sender"
        if not asked.headers.get("ttl", "").isdigit() or asked.headers.get("content-encoding") != "aes128gcm":
            return "headers"
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", asked.headers.get("topic", "x")):
            return "topic"
        return "too long" if len(asked.body) > 4096 else ""

    def _opened(self, body: bytes) -> bytes:
        """RFC 8291, 3.4, from the browser's side."""
        salt, (_, length) = body[:16], struct.unpack("!LB", body[16:21])
        point, sealed = body[21 : 21 + length], body[21 + length :]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        info = b"WebPush: info\x00" + point_of(self.key.public_key()) + point
        material = _hkdf(self.key.exchange(ec.ECDH(), theirs), self.auth, info, 32)
        key, nonce = (
            _hkdf(material, salt, f"Content-Encoding: {name}\x00".encode(), size)
            for name, size in (("aes128gcm", 16), ("nonce", 12))
        )
        try:
            plain = AESGCM(key).decrypt(nonce, sealed, None)
        except InvalidTag as error:
            raise AssertionError("the browser can't open it") from error
        assert plain.endswith(b"\x02")
        return plain[:-1]


def _hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
