"""Parts are killed in the middle of a run, and the run ends by itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.spec("JOB-05", "GEN-09", "GEN-10")
def test_a_run_survives_the_death_of_ffmpeg_workers_valkey_and_postgresql_and_a_full_disk():
    # The product brings its own servers: those of the suite must not be killed.
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = [line.split(":")[0] for line in done.stdout.splitlines()]
    killed = [
        "killed Valkey, with its data",
        "killed FFmpeg",
        "killed media workers and their jobs",
        "killed PostgreSQL",
    ]
    assert [line for line in said if line.startswith("killed")] == killed
