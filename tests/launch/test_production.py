"""The production settings with the environment of deploy/production.env.example."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config.embedded.paths import REPOSITORY

EXAMPLE = REPOSITORY / "deploy" / "production.env.example"


def example(var: Path) -> dict[str, str]:
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    keys = {
        "SECRET_KEY": "k" * 30 + "0123456789abcdefghijklmnop",
        "MASTER_KEYS": Fernet.generate_key().decode(),
    }
    return {**dict(line.split("=", 1) for line in lines), **keys, "SHOWRUNNER_VAR": str(var)}


def check(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.spec("SEC-02")
def test_production_settings_pass_the_deployment_check(tmp_path: Path):
    done = check(example(tmp_path))
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), (
        done.stderr
    )


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "MASTER_KEYS", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SMTP_URL"]
)
def test_a_missing_variable_stops_the_start_and_is_named(tmp_path: Path, name: str):
    environment = example(tmp_path)
    del environment[name]
    done = check(environment)
    assert done.returncode != 0
    assert f"Set the {name} environment variable" in done.stderr


ASKING = """
import django, ssl
django.setup()
from django.conf import settings
from django.test import Client
from apps.core.http.client import tls
answer = Client().get("/healthz", secure=True, headers={"host": "studio.example.com"})
print(answer.status_code, answer["Strict-Transport-Security"], sep="|")
print(Client().get("/offline/", headers={"host": "studio.example.com"}).headers.get("Location"))
for kind in ("SESSION", "CSRF"):
    print(*(getattr(settings, f"{kind}_COOKIE_{part}") for part in ("NAME", "SECURE", "SAMESITE")))
print(settings.SESSION_COOKIE_HTTPONLY, settings.DEBUG)
print("upgrade-insecure-requests" in answer["Content-Security-Policy"])
print(tls().minimum_version == ssl.TLSVersion.TLSv1_3)
"""


@pytest.mark.spec("SEC-02")
def test_production_speaks_https_only_and_tls_1_3_to_the_outside(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASKING],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], **example(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [
        "200|max-age=31536000; includeSubDomains; preload",
        "https://studio.example.com/offline/",
        "__Host-session True Lax",
        "__Host-csrf True Lax",
        "True False",
        "True",
        "True",
    ], done.stderr
