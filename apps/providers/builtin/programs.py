"""Running the two voice programs, each as a process of its own (they are GPL, Showrunner is not)."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from apps.media.process import Watch, run_process
from apps.providers.adapters import Work

HERE = Path(__file__).parent
TIME_LIMIT_S = 600.0


def run_program(name: str, request: Mapping[str, Any], out: Path, work: Work) -> dict[str, Any]:
    """Run `name`.py beside this file with a request; it writes `out` and answers with JSON.

    Raises FFmpegFailed (the process runner's own error) when it fails, FFmpegTimeout, FFmpegCancelled,
    DiskFull.
    """
    asked = out.with_suffix(".request.json")
    asked.write_text(json.dumps(request), encoding="utf-8")
    # -P: nothing beside the program may be taken for a package that it imports.
    command = [sys.executable, "-P", str(HERE / f"{name}.py"), str(asked), str(out)]
    try:
        finished = run_process(
            command, Watch(cancelled=work.cancelled, time_limit_s=TIME_LIMIT_S), keep_output=True
        )
    finally:
        asked.unlink(missing_ok=True)
    answer: dict[str, Any] = json.loads(finished.output)
    return answer
