"""Workers that die at any moment: every post ends published exactly once, or failed with a reason (PUB-06).

`make test-crash` sets CRASH_ROUNDS and writes the table of docs/reliability.md; without it a sample is tried.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from apps.library.models import AssetKind
from apps.publishing.models import Target, TargetStatus
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory
from tests.processes import REPOSITORY, kill_tree, process_environment
from tests.publishing import matrix
from tests.publishing.live import STAND_INS, connected
from tests.sandbox.clients import mp4
from tests.sandbox.live import Sandbox, sandbox

__all__ = ["sandbox"]

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "0"))
PLATFORMS = os.environ.get("CRASH_PLATFORMS", "youtube,tiktok,instagram,facebook").split(",")
WORKERS = 6
A_CASE_S = 1.6  # on two busy cores; the end is 5 minutes after the last is due at the latest
SMALL, LARGE = 700_000, 10_200_000
TABLE = REPOSITORY / "docs" / "reliability.md"


@contextmanager
def workers(url: str, plans: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = process_environment(
        DJANGO_SETTINGS_MODULE="tests.publishing.crash_settings", CRASH_SANDBOX=url, CRASH_PLANS=str(plans)
    )
    command = [sys.executable, "-m", "tests.publishing.crashing.workers", str(WORKERS)]
    with (plans / "workers.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        kill_tree(process.pid, signal.SIGKILL)
        process.wait(10)


def wait_until_settled(within_s: float) -> None:
    """Until no target is open, or the time is over: what is open then counts as lost."""
    end = time.monotonic() + within_s
    is_open = Target.objects.exclude(status__in=(TargetStatus.PUBLISHED, TargetStatus.FAILED))
    while is_open.exists() and time.monotonic() < end:
        time.sleep(0.2)


@pytest.mark.spec("PUB-06")
def test_worker_that_is_killed_neither_loses_nor_doubles_a_post(
    transactional_db: None, sandbox: Sandbox, valkey: Redis, team: Team, tmp_path: Path
) -> None:
    for stand_in in set(STAND_INS.values()):
        sandbox.fail(stand_in, "limits_lifted")
    video = VideoFactory(team=team, duration_s=12.0)
    facts = {
        "kind": AssetKind.RENDITION,
        "video": video,
        "suffix": ".mp4",
        "content_type": "video/mp4",
        "duration_s": 12.0,
    }
    small, large = (AssetFactory(content=mp4(size=size), **facts) for size in (SMALL, LARGE))
    plans = matrix.PLANS if ROUNDS else matrix.SAMPLE
    found = [
        case
        for number in range(ROUNDS or 1)
        for case in matrix.plan_round(
            number, [connected(sandbox, team, slug) for slug in PLATFORMS], plans, small, large, tmp_path
        )
    ]
    with workers(sandbox.url, tmp_path):
        wait_until_settled(300 + A_CASE_S * len(found))
    for case in found:
        case.target.refresh_from_db()
    drawn = matrix.table(found, tmp_path)
    if ROUNDS:
        write_table(drawn, len(found), sum(matrix.died(case, tmp_path) for case in found))
    wrong = [
        (
            case.platform,
            case.plan,
            case.outcome,
            case.target.error or case.target.wait_reason or case.target.stage,
        )
        for case in found
        if case.outcome != "published"
    ]
    assert wrong == [], f"{drawn}\n{(tmp_path / 'workers.log').read_text()[-3000:]}"
    if ROUNDS:
        claimed = [case for case in found if case.plan == matrix.CLAIMED and matrix.died(case, tmp_path)]
        assert {case.platform for case in claimed} == set(PLATFORMS)
    missed = [(case.platform, case.plan) for case in found if not matrix.died(case, tmp_path)]
    assert {plan for _, plan in missed} <= set(matrix.NOT_EVERYWHERE)


def write_table(drawn: str, posts: int, killed: int) -> None:
    """Put it between its marks, with the day and the sum."""
    begin, end = "<!-- begin -->", "<!-- end -->"
    before, _, rest = TABLE.read_text().partition(begin)
    after = rest.partition(end)[2]
    summed = f"{time.strftime('%Y-%m-%d', time.gmtime())}: {posts} posts, {killed} workers killed."
    TABLE.write_text(f"{before}{begin}\n{summed}\n\n{drawn}\n{end}{after}")
