"""Posts that are due one after the other while the whole product runs: how late each begins, and that none is early.

What counts is when its first attempt is written, right before the first call. BENCH_POSTS and BENCH_MINUTES are the
numbers (600 over 10 minutes).
"""

import os
import statistics
import time
from datetime import datetime, timedelta

from benchmarks import product, publishing_rows
from benchmarks.runner import report
from benchmarks.stack import running_product

POSTS = int(os.environ.get("BENCH_POSTS", "600"))
MINUTES = float(os.environ.get("BENCH_MINUTES", "10"))
SIZE = 300_000
BAR_S = 10.0
PATIENCE_S = 180
LIMITED = ("posts", "inits", "creator", "status")  # one account takes what is otherwise for many


def main() -> None:
    os.environ["PLATFORM_QUOTAS"] = ",".join(f"tiktok.{name}=1000000" for name in LIMITED)
    with running_product() as (address, folder):
        os.environ["PORT"] = address.rpartition(":")[2]
        product.connect(folder)
        from django.utils import timezone

        team, connection = publishing_rows.channel("tiktok")
        asset = publishing_rows.film(team, folder / "film.mp4", SIZE)
        first, step = timezone.now() + timedelta(seconds=10), timedelta(minutes=MINUTES) / POSTS
        planned = {
            publishing_rows.due(team, connection, asset, first + step * number, f"Post {number}"): first
            + step * number
            for number in range(POSTS)
        }
        late = _lateness(planned, first + timedelta(minutes=MINUTES, seconds=PATIENCE_S))
    p99 = statistics.quantiles(late, n=100)[-1]
    early = sum(seconds < 0 for seconds in late)
    report(
        "punctuality", ours=p99, limit=BAR_S, ratio=p99 / BAR_S, bar=1.0,
        met=early == 0 and p99 <= BAR_S and len(late) == POSTS, unit="s late",
        note=f"p99 of {POSTS} posts over {MINUTES:g} minutes; {early} early, {POSTS - len(late)} not begun; "
        f"median {statistics.median(late):.2f}; bar: at most",
    )  # fmt: skip


def _lateness(planned: dict[str, datetime], end: datetime) -> list[float]:
    """Seconds from each post's time to its first attempt, once all have one."""
    from django.utils import timezone

    from apps.publishing.models import Attempt, Target, TargetStatus

    open_ones = Target.objects.exclude(status__in=(TargetStatus.PUBLISHED, TargetStatus.FAILED))
    while open_ones.exists() and timezone.now() < end:
        time.sleep(1)
    rows = Attempt.objects.filter(number=1).values_list("target_id", "started_at")
    return [(started_at - planned[str(target_id)]).total_seconds() for target_id, started_at in rows]


if __name__ == "__main__":
    main()
