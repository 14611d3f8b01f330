"""9:16, 16:9 and 1:1 of one video together, beside 9:16 alone.

Their pixels are 2.56 times those of 9:16. Clips are decoded once, and one FFmpeg process makes a segment in all
formats; the sound is made once. `BENCH_ROUNDS` (3) repeats them.
"""

import os
import shutil

from benchmarks.runner import interleaved, medians, report, start_django


def main() -> None:
    """Runs for some 5 minutes on two cores."""
    start_django(servers=False)
    from benchmarks import material
    from benchmarks.assembly import ours, timed

    work = material.folder().parent / "three_formats"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    material.clips(), material.speech(), material.music()
    taken = interleaved(
        {
            "one": lambda: timed(lambda: ours(work, ("9x16",))),
            "three": lambda: timed(lambda: ours(work, ("9x16", "16x9", "1x1"))),
        },
        int(os.environ.get("BENCH_ROUNDS", "3")),
    )
    middle = medians(taken)
    ratio = middle["three"] / middle["one"]
    report(
        "three_formats",
        ours=middle["three"],
        rival=3 * middle["one"],
        limit=middle["one"],
        ratio=ratio,
        bar=2.1,
        met=ratio <= 2.1,
        unit="s",
        runs=taken,
        note="three formats over 9:16 alone; the rival is three runs of one format each (counted as three of 9:16)",
    )
