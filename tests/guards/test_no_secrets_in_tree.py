"""No secret lies in the tree: no key in the shape that its maker gave it, no random word under a secret's name."""

import math
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.guards.tree import ROOT, check, named, tracked

SUFFIXES = ".py .html .js .css .md .toml .json .yml .yaml .env .example .sh .in .txt .cfg .conf .sql"
TEXT = {"", *SUFFIXES.split()}
# Shapes that makers give their keys, so that they can be found: GitHub's secret scanning names the same.
SHAPES = {
    "AWS access key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
    "GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}\b",
    "Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "Slack hook": r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}",
    "Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{16,}",
    "Stripe webhook secret": r"\bwhsec_[A-Za-z0-9+/]{24,}",
    "Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "Google client secret": r"\bGOCSPX-[A-Za-z0-9_-]{20,}",
    "OpenAI key": r"\bsk-(?:proj-)?[A-Za-z0-9]{32,}\b",
    "Twilio": r"\bSK[0-9a-f]{32}\b",
    "SendGrid key": r"\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
    "JSON web token": r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{10,}",
    "password in an address": r"\b[a-z+]+://[^\s:/@\"'{}<>]+:(?!password@|pass@|\{|\$|%|<)[^\s:/@\"'{}<>]{6,}@",
}
NAMED = re.compile(
    r"""(?i)(?:secret|token|passw(?:or)?d|api_?key|private_?key|credential)[\w"']{0,20}\s*[:=]\s*["']([A-Za-z0-9+/=_-]{20,})["']"""
)
RANDOM = "a random word under a secret's name"  # in tests they are invented
RANDOM_BITS = 4.0  # bits a sign: words have about three and a half, random base64 near five
# Invented ones, for tests.
INVENTED = {"tests/guards/test_no_traces.py: private key": "the words that it looks for itself"}


def entropy(text: str) -> float:
    """Shannon's, in bits a sign."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def secrets_in(text: str) -> list[str]:
    """What kind of secret each find is; never the secret itself."""
    shaped = [kind for kind, shape in SHAPES.items() if re.search(shape, text)]
    random = any(entropy(found) > RANDOM_BITS for found in NAMED.findall(text))
    return shaped + ([RANDOM] if random else [])


def texts() -> list[Path]:
    skipped = ("package-lock.json", "requirements/", "tests/data/")
    return [path for path in tracked() if path.suffix in TEXT and not named(path).startswith(skipped)]


@pytest.mark.spec("SEC-03")
def test_no_file_holds_a_secret() -> None:
    found = []
    for path in texts():
        try:
            kinds = secrets_in(path.read_text())
        except UnicodeDecodeError:
            continue
        found += [
            f"{named(path)}: {kind}"
            for kind in kinds
            if kind != RANDOM or not named(path).startswith("tests/")
        ]
    check(found, INVENTED)


def test_no_file_of_keys_is_tracked() -> None:
    names = re.compile(r"(^|/)(\.env|keys\.env|id_rsa|id_ed25519|.*\.(pem|p12|pfx|key|keystore))$")
    assert [named(path) for path in tracked() if names.search(named(path))] == []
    assert (ROOT / ".gitignore").read_text().count("var")


@pytest.mark.spec("SEC-03")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("key = 'AKIA" + "IOSFODNN7EXAMPLE'", ["AWS access key"]),
        ("-----BEGIN " + "PRIVATE KEY-----", ["private key"]),
        ("gh" + "p_" + "a1B2" * 9, ["GitHub token"]),
        ("postgres://studio:" + "hunter2hunter2@db.example.com", ["password in an address"]),
        ('API_KEY = "' + "q8Zr3TnV5xYw0LbK7mJd2HsF" + '"', ["a random word under a secret's name"]),
        ('API_KEY = "your-key-here-your-key-here"', []),
        ("postgres://showrunner:password@db.example.com", []),
        ('token = "{{ csrf_token }}"', []),
    ],
)
def test_scan_sees_what_it_should(text: str, found: list[str]) -> None:
    assert secrets_in(text) == found
