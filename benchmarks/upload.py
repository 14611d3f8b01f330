"""A large file to YouTube's stand-in: through the ledger, and by a bare httpx upload of the same file to the same
place; and by how much our worker's memory grows meanwhile.

BENCH_UPLOAD_MB is the size of the file (2000). The stand-in runs in the product's own web process.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import product, publishing_rows
from benchmarks.runner import ROOT, interleaved, medians, report
from benchmarks.stack import running_product

SIZE = int(os.environ.get("BENCH_UPLOAD_MB", "2000")) * 1_000_000
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
BAR = 0.8
BAR_MB = 64.0
PIECE = 1024 * 1024
A_REQUEST = 256 * PIECE


def main() -> None:
    with running_product() as (address, folder):
        os.environ["PORT"] = address.rpartition(":")[2]
        product.connect(folder)
        team, connection = publishing_rows.channel("youtube")
        asset = publishing_rows.film(team, folder / "film.mp4", SIZE)
        tomorrow = datetime.now(UTC) + timedelta(days=1)  # so that the product's own workers leave it alone
        grown: list[float] = []
        ways = {
            "ours": lambda: _ours(publishing_rows.due(team, connection, asset, tomorrow), grown),
            "bare httpx": lambda: _bare(connection, asset),
        }
        taken = medians(interleaved(ways, ROUNDS))
    speed = {name: SIZE / 1e6 / seconds for name, seconds in taken.items()}
    ratio = speed["ours"] / speed["bare httpx"]
    note = f"{SIZE / 1e6:.0f} MB to the stand-in, medians of {ROUNDS}; bar: at least"
    report(
        "upload", ours=speed["ours"], rival=speed["bare httpx"], limit=speed["bare httpx"], ratio=ratio, bar=BAR,
        met=ratio >= BAR, unit="MB/s", note=note,
    )  # fmt: skip
    most = max(grown)
    report(
        "upload_memory", ours=most, limit=BAR_MB, ratio=most / BAR_MB, bar=1.0, met=most < BAR_MB, unit="MB",
        note="by how much the process of the worker grows while it uploads; bar: under",
    )  # fmt: skip


def _ours(target_id: str, grown: list[float]) -> float:
    """Seconds of the upload itself, by a worker's process of its own; notes by how much it grows."""
    command = [sys.executable, "-m", "benchmarks.upload_work", target_id]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split()[-2:])
    grown.append(megabytes)
    return seconds


def _bare(connection: Any, asset: Any) -> float:
    """Large PUTs with a generator, as the documentation of httpx shows it; the stand-in takes no whole 2 GB at once."""
    import httpx

    from apps.connections.registrations import registration

    base = registration("youtube").addresses["upload"]
    headers = {"Authorization": f"Bearer {connection.access_token}"}
    begun = httpx.post(
        f"{base}/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status",
        headers={**headers, "X-Upload-Content-Length": str(SIZE), "X-Upload-Content-Type": "video/mp4"},
        json={"snippet": {"title": "Bare", "categoryId": "22"}, "status": {"privacyStatus": "private"}},
        timeout=60,
    )
    begun.raise_for_status()
    with asset.local_path() as path:
        began = time.perf_counter()
        for start in range(0, SIZE, A_REQUEST):
            end = min(start + A_REQUEST, SIZE)
            sent = {"Content-Length": str(end - start), "Content-Range": f"bytes {start}-{end - 1}/{SIZE}"}
            answer = httpx.put(
                begun.headers["location"],
                content=_pieces(path, start, end),
                headers={**headers, **sent, "Content-Type": "video/mp4"},
                timeout=600,
            )
        took = time.perf_counter() - began
    answer.raise_for_status()
    return took


def _pieces(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        for at in range(start, end, PIECE):
            yield file.read(min(PIECE, end - at))


if __name__ == "__main__":
    main()
