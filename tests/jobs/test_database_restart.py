"""PostgreSQL is killed in the middle of a job: when it is back, the job ends by itself (JOB-05)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from config.embedded.servers import Addresses, ensure_running, stop
from tests.processes import QUICK, REPOSITORY, eventually, started

STATUS = "SELECT status FROM jobs_job WHERE kind = 'tests.wait_for_file'"
ENQUEUE = """
from apps.jobs.services import enqueue
from tests.jobs.testkinds.jobs import wait_for_file
enqueue(wait_for_file, team=None, args={args!r})
"""


@pytest.mark.slow
@pytest.mark.spec("JOB-05")
def test_job_ends_by_itself_after_postgresql_was_killed_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):  # those are the suite's servers, not ours to kill
        monkeypatch.delenv(name)
    var, trace, release = tmp_path / "var", tmp_path / "trace", tmp_path / "release"
    var.mkdir()
    trace.touch()
    try:
        addresses = ensure_running(var)
        environment = {"DATABASE_URL": addresses.database_url, "REDIS_URL": addresses.redis_url}
        _manage("migrate", "--verbosity", "0", **environment)
        args = {"path": str(trace), "release": str(release)}
        _manage("shell", "--no-imports", "-c", ENQUEUE.format(args=args), **environment)
        with started("clock", **environment), started("work", "--queues", "short", **environment):
            eventually(trace.read_text, what="the first attempt")
            os.kill(int(_ask(addresses, "SELECT pg_read_file('postmaster.pid')").split()[0]), signal.SIGKILL)
            release.touch()
            assert ensure_running(var) == addresses
            eventually(lambda: _ask(addresses, STATUS) == "done", within_s=60, what="the end")
        assert sum(line.startswith("did") for line in trace.read_text().splitlines()) == 1
    finally:
        stop(var)


def _manage(*arguments: str, **environment: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    settings = {"DJANGO_SETTINGS_MODULE": "tests.jobs.process_settings"}
    subprocess.run(
        command, cwd=REPOSITORY, env={**os.environ, **QUICK, **settings, **environment}, check=True
    )


def _ask(addresses: Addresses, sql: str) -> str:
    with psycopg.connect(addresses.database_url) as connection:
        row = connection.execute(sql).fetchone()  # type: ignore[arg-type]
    return str(row[0]) if row else ""
