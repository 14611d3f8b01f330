"""Sign in with Apple on the loopback, as its documents have it.

The client's secret is a JWT by ES256 with a key of the team's; the answer comes as a form that is posted from another
site; the name stands in it the first time only; the ID token is signed by RS256 with a key of the published set
(developer.apple.com, "Sign in with Apple REST API").
"""

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import RSAAlgorithm

from tests.core.http_loopback import Answer, Handler, Loopback, status

CLIENT, TEAM, KEY_ID = "com.example.showrunner", "TEAM123456", "KEY1234567"
CALLBACK = "http://testserver/accounts/apple/login/callback/"
ISSUER = "https://appleid.apple.com"


def client_key() -> tuple[str, ec.EllipticCurvePublicKey]:
    """The text of a `.p8` file, and what Apple keeps of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return text.decode(), key.public_key()


class Apple:
    """`claims` is what the ID token says; `name` is told with the first answer only."""

    def __init__(
        self,
        loopback: Loopback,
        known: ec.EllipticCurvePublicKey,
        claims: dict[str, Any],
        name: dict[str, str],
    ) -> None:
        self.loopback, self.known, self.claims, self.name = loopback, known, claims, name
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes: list[str] = []
        self.refusals: list[str] = []
        self.told_name = False
        self.token_url = loopback.on("POST", "/auth/token", self._token())
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        keys = {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}
        self.keys_url = loopback.on("GET", "/auth/keys", status(200, keys))

    def authorize(self, location: str) -> dict[str, str]:
        """The form that Apple's page posts to the callback, from the browser but across sites."""
        parts = urlsplit(location)
        assert (parts.netloc, parts.path) == ("appleid.apple.com", "/auth/authorize")
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == CALLBACK
        assert asked["response_mode"] == "form_post"  # Apple asks for it wherever name or email are asked for
        assert set(asked["scope"].split()) == {"name", "email"}
        self.codes.append(f"code-{len(self.codes)}")
        form = {"code": self.codes[-1], "state": asked["state"], "id_token": self.id_token()}
        if not self.told_name:
            self.told_name = True
            form["user"] = json.dumps({"name": self.name, "email": self.claims.get("email")})
        return form

    def id_token(self, **changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 600, **self.claims, **changes}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})

    def _token(self) -> Answer:
        def answer(handler: Handler) -> None:
            form = {k: v[0] for k, v in parse_qs(self.loopback.asked[-1].body.decode()).items()}
            if problem := self._problem(form):
                self.refusals.append(problem)
                status(400, {"error": problem})(handler)
                return
            self.codes.remove(form["code"])
            tokens = {"access_token": "a-token", "refresh_token": "r-token", "token_type": "Bearer"}
            status(200, {**tokens, "expires_in": 3600, "id_token": self.id_token()})(handler)

        return answer

    def _problem(self, form: dict[str, str]) -> str:
        secret = form.get("client_secret", "")
        try:
            head = jwt.get_unverified_header(secret)
            claims = jwt.decode(secret, self.known, algorithms=["ES256"], audience=ISSUER)
        except jwt.PyJWTError:
            return "invalid_client"
        right = (head.get("kid"), claims["iss"], claims["sub"], form.get("client_id"))
        if right != (KEY_ID, TEAM, CLIENT, CLIENT) or claims["exp"] - claims["iat"] > 15_777_000:
            return "invalid_client"
        if form.get("code") not in self.codes or form.get("redirect_uri") != CALLBACK:
            return "invalid_grant"
        return ""
