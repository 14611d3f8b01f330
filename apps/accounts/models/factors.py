"""Second factors that are typed: time codes of an authenticator app, and backup codes. Encrypted at rest (ACC-05).

Passkeys are rows of django-otp-webauthn; they hold public keys only.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import quote, urlencode

from argon2.low_level import Type, hash_secret_raw
from django.conf import settings
from django.db import models
from django.utils import timezone
from django_otp.models import Device
from django_otp.oath import TOTP

from apps.core.fields import EncryptedTextField

STEP_S = 30
SKEW_STEPS = 3  # a clock may be wrong by 90 s to either side
KEY_BYTES = 20  # as RFC 4226 recommends
ISSUER = "Showrunner"
BACKUP_CODES = 10
BACKUP_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
BACKUP_LENGTH = 10


def new_key() -> str:
    """Twenty random bytes in base32: what the QR code shows and what is typed by hand."""
    return base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()


class TimeCodeDevice(Device):
    """An authenticator app (RFC 6238: SHA-1, six digits, 30 s). Not confirmed until its first code was right."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = EncryptedTextField(default=new_key)
    # The step of the last accepted code: no code counts twice, and none that is older than one that counted.
    last_step = models.BigIntegerField(default=-1)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    def verify_token(self, token: str) -> bool:
        """Whether this is a code of now, at most SKEW_STEPS off, not used before. Call it on a locked row."""
        if not (token.isascii() and token.isdigit() and len(token) == 6):
            return False
        totp = TOTP(base64.b32decode(self.key), step=STEP_S)
        totp.time = time.time()
        if not totp.verify(int(token), tolerance=SKEW_STEPS, min_t=self.last_step + 1):
            return False
        self.last_step, self.used_at = totp.t(), timezone.now()
        self.save(update_fields=["last_step", "used_at"])
        return True

    @property
    def grouped_key(self) -> str:
        """The key in groups of four, for typing."""
        return " ".join(self.key[at : at + 4] for at in range(0, len(self.key), 4))

    @property
    def address(self) -> str:
        """What the QR code says: the key-URI format that authenticator apps read."""
        label = quote(f"{ISSUER}:{self.user.email}")
        return f"otpauth://totp/{label}?{urlencode({'secret': self.key, 'issuer': ISSUER})}"


def _digest(code: str, salt: str) -> str:
    """Slow on purpose: a code has 49 bits (ASVS 5.0, V6.5.2). Sets from before salts have SHA-256, and go as used."""
    if not salt:
        return hashlib.sha256(code.encode()).hexdigest()
    return hash_secret_raw(
        code.encode(),
        bytes.fromhex(salt),
        time_cost=2,
        memory_cost=19_456,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    ).hex()


def _plain(code: str) -> str:
    return code.lower().replace("-", "").replace(" ", "")


class BackupCodes(Device):
    """Ten codes that open once each. Kept as slow hashes by one salt, encrypted, so that nobody can show them again."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digests = EncryptedTextField(default="[]")
    salt = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "backup codes"

    def renew(self) -> list[str]:
        """Ten new codes, to be shown now and never again; those before no longer open. The caller saves."""
        codes = [
            "".join(secrets.choice(BACKUP_ALPHABET) for _ in range(BACKUP_LENGTH))
            for _ in range(BACKUP_CODES)
        ]
        self.salt = secrets.token_hex(16)
        self.digests = json.dumps([_digest(code, self.salt) for code in codes])
        self.created_at, self.used_at = timezone.now(), None
        return [f"{code[:5]}-{code[5:]}" for code in codes]

    @property
    def left(self) -> int:
        """How many codes still open."""
        return len(json.loads(self.digests))

    def verify_token(self, token: str) -> bool:
        """Whether it is one of the codes that are left; it is none afterwards. Call it on a locked row."""
        code = _plain(token)
        if len(code) != BACKUP_LENGTH:  # a time code, most often: not worth the slow hash
            return False
        given = _digest(code, self.salt)
        digests = json.loads(self.digests)
        kept = [digest for digest in digests if not hmac.compare_digest(digest, given)]
        if len(kept) == len(digests):
            return False
        self.digests, self.used_at = json.dumps(kept), timezone.now()
        self.save(update_fields=["digests", "used_at"])
        return True
