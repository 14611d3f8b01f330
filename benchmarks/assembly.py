"""Thirty seconds, 1080×1920, six clips, captions and music: our way beside MoviePy's way and one hand-written graph.

- *ours*: segments with cross-fades, burnt captions, mixed sound at −14 LUFS, joined by copy; the product's defaults.
- *rival*: the way of MoviePy-based products: every clip through MoviePy, the clips joined with a re-encode, the
  captions composited in a third pass; x264 medium; hard cuts, plain mixing (it does less than we do).
- *limit*: one FFmpeg graph for exactly this video, at our preset and CRF.

Quality is VMAF against the lossless composite of each way. `BENCH_ROUNDS` and `BENCH_RIVAL_ROUNDS` (3 each) repeat
them.
"""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.runner import interleaved, medians, report, start_django


def main() -> None:
    """Runs for some 25 minutes on two cores, most of it the rival's."""
    start_django(servers=False)
    from benchmarks import limit_graph, material, rival
    from benchmarks.quality import vmaf

    work = material.folder().parent / "assembly"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    material.clips(), material.speech(), material.music()
    taken = interleaved(
        {
            "ours": lambda: timed(lambda: ours(work, ("9x16",))),
            "limit": lambda: timed(lambda: limit_graph.make(work / "limit.mp4")),
        },
        int(os.environ.get("BENCH_ROUNDS", "3")),
    )
    taken |= interleaved(
        {"rival": lambda: timed(lambda: rival.make(work / "rival.mp4"))},
        int(os.environ.get("BENCH_RIVAL_ROUNDS", "3")),
    )
    limit_graph.make(work / "lossless.mkv", lossless=True)
    rival.make(work / "rival-lossless.mkv", lossless=True)
    quality = {
        "ours": vmaf(work / "ours-9x16.mp4", work / "lossless.mkv"),
        "limit": vmaf(work / "limit.mp4", work / "lossless.mkv"),
        "rival": vmaf(work / "rival.mp4", work / "rival-lossless.mkv"),
    }
    _report(
        taken,
        quality,
        {
            name: (work / f"{file}.mp4").stat().st_size / 1e6
            for name, file in (("ours", "ours-9x16"), ("limit", "limit"), ("rival", "rival"))
        },
    )


def _report(taken: dict[str, list[float]], quality: dict[str, float], megabytes: dict[str, float]) -> None:
    middle = medians(taken)
    faster, overhead = middle["rival"] / middle["ours"], middle["ours"] / middle["limit"]
    shared = {
        "ours": middle["ours"],
        "rival": middle["rival"],
        "limit": middle["limit"],
        "unit": "s",
        "vmaf": quality,
        "megabytes": megabytes,
        "runs": taken,
    }
    report(
        "assembly",
        ratio=faster,
        bar=9.0,
        met=faster >= 9.0 and quality["ours"] >= quality["rival"],
        note="times as fast as MoviePy's way, with a VMAF no lower",
        **shared,
    )
    report(
        "assembly_limit",
        ratio=overhead,
        bar=1.15,
        met=overhead <= 1.15 and quality["ours"] >= quality["limit"] - 1,
        note="our time over that of one hand-written FFmpeg graph, VMAF within 1",
        **shared,
    )


def ours(work: Path, formats: tuple[str, ...]) -> None:
    """The whole video as the product makes it: sound and segments side by side, then joined."""
    from apps.media.formats import FormatName
    from apps.media.scenes import Look, join, plan_segments, render_segments, total_frames
    from apps.media.sound import Music, Voice, mix
    from benchmarks import material

    folder = work / "segments"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    scenes, names = material.scenes(), [FormatName(name) for name in formats]
    parts = [
        (segment, {name: folder / f"{number}-{name}.mp4" for name in names})
        for number, segment in enumerate(plan_segments(scenes, Look(material.CAPTIONS)))
    ]
    seconds = total_frames(scenes) / material.FPS
    with ThreadPoolExecutor(1) as pool:
        sound = pool.submit(
            mix,
            [Voice(material.speech(), 0.0)],
            Music(material.music()),
            folder / "sound.m4a",
            total_s=seconds,
        )
        render_segments(parts)
        sound.result()
    for name in names:
        join(
            [(files[name], segment.frames) for segment, files in parts],
            folder / "sound.m4a",
            work / f"ours-{name}.mp4",
        )


def timed(work) -> float:  # type: ignore[no-untyped-def]
    """Wall-clock seconds of one run."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
