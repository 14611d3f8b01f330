"""Jitsi as a Service of 8x8: an AppID, and the private key by which its tokens are signed (RS256)."""

import re

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from apps.connections.adapters import AppCredentials
from apps.connections.platforms.jitsi.errors import WrongServer

LONGEST_KEY = 10_000  # characters
SHORTEST_BITS = 2048
_APP_ID = re.compile(r"vpaas-magic-cookie-[0-9a-f]{8,64}")  # its length is unverified
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def read_app_id(text: str) -> str:
    """Raises WrongServer where it is none."""
    app_id = text.strip()
    if not _APP_ID.fullmatch(app_id):
        raise WrongServer("An AppID looks like vpaas-magic-cookie-0123456789abcdef…", field="app_id")
    return app_id


def read_key_id(text: str, app_id: str) -> str:
    """The name of the key, which the console shows with the AppID before it. Raises WrongServer."""
    owner, slash, key_id = text.strip().rpartition("/")
    if slash and owner != app_id:
        raise WrongServer("This key belongs to another AppID.", field="key_id")
    if not _KEY_ID.fullmatch(key_id):
        raise WrongServer("The key's id is what stands after the AppID in the console.", field="key_id")
    return key_id


def read_key(text: str) -> str:
    """The private key as PEM, tried once. Raises WrongServer with what is wrong with it."""
    pem = text.strip()
    if "PUBLIC KEY" in pem:
        raise WrongServer("This is the public key. Paste the private one.", field="key")
    try:
        key = load_pem_private_key(pem[:LONGEST_KEY].encode(), password=None)
    except TypeError as error:
        raise WrongServer("This key has a passphrase. Paste one without.", field="key") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise WrongServer(
            "This is no private key. Paste the whole file, from -----BEGIN to -----END.", field="key"
        ) from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < SHORTEST_BITS:
        raise WrongServer(f"JaaS takes RSA keys of {SHORTEST_BITS} bits and more.", field="key")
    _try_out(key)
    return f"{pem}\n"


def _try_out(key: RSAPrivateKey) -> None:
    """Sign something and look whether the signature holds."""
    said = b"showrunner"
    try:
        key.public_key().verify(key.sign(said, PKCS1v15(), SHA256()), said, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature) as error:
        raise WrongServer("This key is damaged: what it signs does not hold.", field="key") from error


def address_of(app: AppCredentials, app_id: str) -> str:
    """Where the rooms of an account are (unverified)."""
    return f"{app.addresses['jaas']}/{app_id}"
