"""The peak memory of our own worker processes while they make a video of ten minutes.

FFmpeg and the voice are programs of their own and are not counted: what is measured is what our code keeps in memory.
"""

import threading
import time
from pathlib import Path

from benchmarks import product
from benchmarks.runner import report
from benchmarks.stack import running_product

BAR_MB = 300.0
LENGTH_S = 600
SPEC = {
    "structure": {"min_s": LENGTH_S - 60, "max_s": LENGTH_S + 60, "min_scenes": 30, "max_scenes": 40},
    "look": {"transition": "fade", "transition_s": 0.4},
}


def worker_peaks_mb(folder: Path) -> dict[int, float]:
    """VmHWM in MB of each process of ours that runs `manage.py work` on this data folder."""
    peaks = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (process / "environ").read_bytes()
            status = (process / "status").read_text()
        except OSError:
            continue
        if "manage.py work" in command and str(folder).encode() in environment:
            line = next((row for row in status.splitlines() if row.startswith("VmHWM")), "VmHWM: 0 kB")
            peaks[int(process.name)] = int(line.split()[1]) / 1024
    return peaks


def main() -> None:
    highest, over = 0.0, threading.Event()

    with running_product() as (_, folder):

        def watch() -> None:
            nonlocal highest
            while not over.wait(0.1):
                highest = max([highest, *worker_peaks_mb(folder).values()])

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            product.connect(folder)
            paragraphs = product.ARTICLE.read_text(encoding="utf-8")
            text = "\n\n".join(f"Part {part}. {paragraphs}" for part in ("one", "two", "three"))
            run = product.start(text, spec=SPEC, formats=["9x16"], slug="storytelling")
            started = time.monotonic()
            product.wait(run)
            seconds = time.monotonic() - started
        finally:
            over.set()
            watcher.join()
        report(
            "memory",
            ours=highest,
            rival=None,
            limit=BAR_MB,
            ratio=highest / BAR_MB,
            bar=1.0,
            met=highest <= BAR_MB,
            unit="MB",
            note=f"a video of {run.video.duration_s:.0f} s in {run.scenes.count()} scenes, made in {seconds:.0f} s",
        )


if __name__ == "__main__":
    main()
