"""Run MoviePy's way in packages of its own (requirements/bench.txt), with the product's FFmpeg."""

import json
import os
import subprocess
import sys
from pathlib import Path

from apps.media.binaries import ffmpeg_path
from apps.media.fonts import font_file
from benchmarks import material
from benchmarks.runner import ROOT, folder

_SCRIPT = Path(__file__).with_name("moviepy_way.py")


def make(out: Path, *, lossless: bool = False) -> None:
    """Writes the rival's video; `lossless` its frames without loss and without sound."""
    plan = out.parent / f"{out.stem}.json"
    plan.write_text(json.dumps(_plan(out, lossless)), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(_packages()), "IMAGEIO_FFMPEG_EXE": ffmpeg_path()}
    subprocess.run([sys.executable, _SCRIPT, plan], check=True, env=environment)


def _plan(out: Path, lossless: bool) -> dict[str, object]:
    scene_s = material.SECONDS / len(material.clips())
    words = [
        {
            "text": word.text,
            "start_s": scene * scene_s + word.start_s,
            "end_s": scene * scene_s + min(word.start_s + 0.35, scene_s),
        }
        for scene in range(len(material.clips()))
        for word in material.words()
        if word.start_s < scene_s
    ]
    return {
        "clips": [str(path) for path in material.clips()],
        "speech": str(material.speech()),
        "music": str(material.music()),
        "font": str(font_file("Montserrat")),
        "words": words,
        "fps": material.FPS,
        "seconds": material.SECONDS,
        "size": (1080, 1920),
        "work": str(out.parent),
        "out": str(out),
        "lossless": lossless,
    }


def _packages() -> Path:
    """MoviePy and what it needs, installed at the first time and when its lock changes."""
    from config.embedded import packages

    target = folder() / "moviepy"
    lock = packages.digest(ROOT / "requirements" / "bench.txt")
    record = target / "lock.sha256"
    if not (record.exists() and record.read_text("utf-8") == lock):
        target.mkdir(parents=True, exist_ok=True)
        packages.install_into(target, "bench")
        record.write_text(lock, encoding="utf-8")
    return target
