"""An OpenID provider on the loopback that holds to the rules: PKCE (S256), one use of a code, the client's secret."""

import base64
import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.core.http_loopback import Answer, Handler, Loopback, status

CLIENT, SECRET = "showrunner-tests", "a-client-secret"
CALLBACK = "http://testserver/accounts/google/login/callback/"
ISSUER = "https://accounts.google.com"


class OpenIdProvider:
    """`person` is what the ID token says of whoever is signed in there."""

    def __init__(self, loopback: Loopback, person: dict[str, Any]) -> None:
        self.loopback, self.person = loopback, person
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_with: Any = self.key
        self.algorithm, self.header = "RS256", {"kid": "one"}
        self.certs_url = loopback.on("GET", "/certs", status(200, {"one": _certificate(self.key)}))
        self.codes: dict[str, str] = {}  # code → the challenge that it was given for
        self.refusals: list[str] = []
        self.token_url = loopback.on("POST", "/token", self._token())

    def authorize(self, location: str) -> dict[str, str]:
        """What the person's browser brings back: the query of the callback."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == CALLBACK
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"profile", "email"}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked["code_challenge"]
        return {"code": code, "state": asked["state"]}

    def _token(self) -> Answer:
        def answer(handler: Handler) -> None:
            form = {k: v[0] for k, v in parse_qs(self.loopback.asked[-1].body.decode()).items()}
            challenge = self.codes.pop(form.get("code", ""), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            known = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
            if (
                not known
                or form.get("redirect_uri") != CALLBACK
                or challenge is None
                or challenge != verifier
            ):
                self.refusals.append(form.get("code", ""))
                status(400, {"error": "invalid_grant"})(handler)
                return
            now = int(time.time())
            claims = {"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 3600, **self.person}
            token = jwt.encode(claims, self.signs_with, algorithm=self.algorithm, headers=self.header)
            status(
                200, {"access_token": "at", "token_type": "Bearer", "expires_in": 3600, "id_token": token}
            )(handler)

        return answer


def _certificate(key: rsa.RSAPrivateKey) -> str:
    """Google publishes its keys as certificates, by their ids."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "federated-signon.system.gserviceaccount.com")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=7))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
