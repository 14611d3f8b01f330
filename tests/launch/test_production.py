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
        "SECRET_KEYS_FERNET": Fernet.generate_key().decode(),
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


def test_production_settings_pass_the_deployment_check(tmp_path: Path):
    done = check(example(tmp_path))
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), (
        done.stderr
    )


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "SECRET_KEYS_FERNET", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SMTP_URL"]
)
def test_a_missing_variable_stops_the_start_and_is_named(tmp_path: Path, name: str):
    environment = example(tmp_path)
    del environment[name]
    done = check(environment)
    assert done.returncode != 0
    assert f"Set the {name} environment variable" in done.stderr
