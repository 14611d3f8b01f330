"""A master key that never leaves AWS Key Management Service (Encrypt and Decrypt of the KMS API, 2014-11-01).

Requests are signed by Signature Version 4 with what botocore finds: environment, profile, or the machine's role.
The role needs kms:Encrypt and kms:Decrypt on the key. Imported where such a key is named only: botocore takes its time.
"""

import base64
import binascii
import json
from typing import Any

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.core import http
from apps.core.vault.errors import MasterKeyMissing, VaultError
from apps.core.vault.master_keys import KMS_PREFIX

TIMEOUT_S = 10.0
ANOTHER_KEY = ("InvalidCiphertextException", "IncorrectKeyException")
BUSY = ("ThrottlingException", "KMSInternalException", "DependencyTimeoutException")
GONE = ("NotFoundException", "DisabledException", "KMSInvalidStateException", "KeyUnavailableException")


class KmsMasterKey:
    """The key with this ARN, such as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-…"""

    def __init__(self, arn: str) -> None:
        parts = arn.split(":")
        if len(parts) != 6 or parts[0] != "arn" or parts[2] != "kms" or not parts[3]:
            raise ImproperlyConfigured(
                f"{arn} is not the ARN of a KMS key (arn:aws:kms:<region>:<account>:key/<id>)."
            )
        self.arn, self.region = arn, parts[3]
        self.domain = "amazonaws.com.cn" if parts[1] == "aws-cn" else "amazonaws.com"
        self.name = KMS_PREFIX + arn

    @property
    def endpoint(self) -> str:
        return str(settings.KMS_ENDPOINT or f"https://kms.{self.region}.{self.domain}")

    def wrap(self, key: bytes, label: str) -> bytes:
        said = self._call("Encrypt", label, {"KeyId": self.arn, "Plaintext": _text(key)}, secret=_text(key))
        return _bytes(said, "CiphertextBlob")

    def unwrap(self, wrapped: bytes, label: str) -> bytes:
        said = self._call("Decrypt", label, {"KeyId": self.arn, "CiphertextBlob": _text(wrapped)})
        return _bytes(said, "Plaintext")

    def _call(self, action: str, label: str, content: dict[str, Any], secret: str = "") -> dict[str, Any]:
        body = json.dumps({**content, "EncryptionContext": {"showrunner:data-key": label}})
        headers = self._signed(action, body)
        try:
            # Once a process and key, and where a secret is read: that may be within a transaction.
            with http.Client(
                self.endpoint,
                guard=False,
                service="AWS KMS",
                secrets=(secret,),
                timeout_s=TIMEOUT_S,
                classify=_classify,
                inside_transactions=True,
            ) as client:
                return client.post("/", content=body, headers=headers, idempotent=True).json_object()
        except http.OutsideError as error:
            raise self._meaning(action, label, error) from error

    def _signed(self, action: str, body: str) -> dict[str, str]:
        try:
            credentials = botocore.session.get_session().get_credentials()
        except BotoCoreError as error:
            raise MasterKeyMissing(f"AWS credentials for the master key can't be read: {error}") from error
        if credentials is None:
            raise MasterKeyMissing(
                "There are no AWS credentials for the master key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                "or give the machine a role."
            )
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"TrentService.{action}"}
        request = AWSRequest("POST", f"{self.endpoint}/", headers=headers, data=body)
        SigV4Auth(credentials.get_frozen_credentials(), "kms", self.region).add_auth(request)
        return dict(request.headers.items())

    def _meaning(self, action: str, label: str, error: http.OutsideError) -> VaultError:
        if error.code in ANOTHER_KEY:
            return VaultError(
                f"AWS KMS does not open the data key {label}: it was wrapped by another key or was changed."
            )
        if error.code in GONE:
            return MasterKeyMissing(
                f"The master key {self.arn} is gone or switched off in AWS KMS ({error.code}). Switch it on there."
            )
        if error.retryable:
            return MasterKeyMissing(
                f"The master key can't be reached: {error.message} Secrets wait until it can."
            )
        return MasterKeyMissing(
            f"AWS KMS refused to {action.lower()} with {self.arn}: {error.message} "
            "Check the credentials and the key's policy."
        )


def _classify(response: http.Response) -> http.OutsideError | None:
    """KMS names its errors in `__type`: "com.amazonaws.kms#DisabledException", "AccessDeniedException"."""
    try:
        said = json.loads(response.content)
    except ValueError:
        return None
    code = str(said.get("__type", "")).rpartition("#")[2] if isinstance(said, dict) else ""
    if not code:
        return None
    message = str(said.get("message") or said.get("Message") or "")[:200]
    busy = (
        code in ("ThrottlingException", "KMSInternalException", "DependencyTimeoutException")
        or response.status >= 500
    )
    kind = http.Unavailable if busy else http.Rejected
    return kind(f"AWS KMS said {code}. {message}".strip(), status=response.status, detail=message, code=code)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(said: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(str(said[name]), validate=True)
    except (KeyError, binascii.Error, ValueError) as error:
        raise MasterKeyMissing("AWS KMS sent an answer that can't be read. Try again.") from error
