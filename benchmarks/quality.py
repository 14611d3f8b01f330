"""Picture quality against a lossless reference."""

import json
import subprocess
import tempfile
from pathlib import Path

from apps.media.binaries import ffmpeg_path

EVERY = 5


def vmaf(path: Path, reference: Path) -> float:
    """Mean VMAF (model v0.6.1) of every fifth frame; the frames must correspond one by one."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "vmaf.json"
        same = "settb=1/30,setpts=N"
        subprocess.run(
            [
                ffmpeg_path(),
                "-v",
                "error",
                "-nostdin",
                "-i",
                path,
                "-i",
                reference,
                "-lavfi",
                f"[0:v]{same}[made];[1:v]{same}[whole];[made][whole]libvmaf=n_threads=2:n_subsample={EVERY}:log_fmt=json:"
                f"log_path={log}",
                "-f",
                "null",
                "-",
            ],
            check=True,
        )
        return round(float(json.loads(log.read_text("utf-8"))["pooled_metrics"]["vmaf"]["mean"]), 2)
