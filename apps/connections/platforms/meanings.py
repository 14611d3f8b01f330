"""What a platform's own word for a failure means here: one row each, so that a correction is one line."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.core import http


@dataclass(frozen=True)
class Meaning:
    """An error of the family of `core.http`, and the plain sentence people read, with {} for the platform where it is
    the subject. `wait_s` is how long the platform wants us to wait, where it does not say so itself."""

    kind: type[http.OutsideError]
    sentence: str
    wait_s: float | None = None

    def told_of(self, service: str) -> str:
        """The sentence about this platform."""
        if self.sentence.startswith("{} "):
            return self.sentence.replace("{}", service, 1)
        return f"{service}: {self.sentence}"


Meanings = Mapping[str, Meaning]


def as_error(response: http.Response, meaning: Meaning, code: str, said: str = "") -> http.OutsideError:
    """The error for an answer. A fault after a call that changes something leaves open whether it was done."""
    kind = meaning.kind
    if kind is http.Unavailable and not response.idempotent:
        kind = http.OutcomeUnknown
    detail = http.redact(said, response.secrets)[:300]
    message = meaning.told_of(response.service)
    if detail and issubclass(kind, http.Rejected):
        message += f" It said: {detail}"
    asked = http.retry_after_s(response.headers)
    return kind(
        message,
        retry_after_s=meaning.wait_s if asked is None else asked,
        status=response.status,
        detail=detail,
        code=http.redact(code, response.secrets)[:80],
    )


def fault(response: http.Response) -> http.OutsideError | None:
    """For answers of 500 and above without a word of the platform: unclear where the call changes something."""
    if response.status < 500:
        return None
    return as_error(
        response,
        Meaning(http.Unavailable, f"{{}} has a fault at the moment ({response.status}). It is tried again."),
        str(response.status),
    )
