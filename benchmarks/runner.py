"""What every benchmark shares: where figures go, what they say about the machine, and how runs are repeated."""

import importlib
import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_NOT_BENCHMARKS = {"__init__", "__main__", "runner"}


def report(
    name: str,
    *,
    ours: float,
    rival: float | None = None,
    limit: float | None = None,
    ratio: float | None = None,
    bar: float | None = None,
    met: bool,
    unit: str,
    note: str = "",
    **more: Any,
) -> dict[str, Any]:
    """Print a figure and write it to `var/bench/NAME.json`, with the machine, the commit and the load.

    `rival` is the usual way of doing it, `limit` the best that seems possible, `bar` what `ratio` must keep to.
    """
    figure = {
        "name": name,
        "ours": ours,
        "rival": rival,
        "limit": limit,
        "ratio": ratio,
        "bar": bar,
        "met": met,
        "unit": unit,
        "note": note,
        **more,
        "machine": machine(),
        "commit": commit(),
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    _write(figure)
    shown = (key for key in ("ours", "rival", "limit", "ratio", "bar") if figure[key] is not None)
    print(
        f"{'met   ' if met else 'MISSED'} {name}: {', '.join(f'{key} {_short(figure[key])}' for key in shown)} {unit}",
        flush=True,
    )
    return figure


def folder() -> Path:
    """Where the figures are written."""
    path = Path(os.environ.get("SHOWRUNNER_BENCH", str(ROOT / "var" / "bench")))
    path.mkdir(parents=True, exist_ok=True)
    return path


def _write(figure: dict[str, Any]) -> None:
    text = json.dumps(figure, indent=2, ensure_ascii=False) + "\n"
    (folder() / f"{figure['name']}.json").write_text(text, encoding="utf-8")


def machine() -> dict[str, Any]:
    """The processor, its cores, the memory, and how busy the machine is with other work."""
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(_memory_bytes() / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_1min": round(os.getloadavg()[0], 2),
    }


def commit() -> str:
    """The commit that is measured, with a plus where files differ from it."""

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    return git("rev-parse", "--short", "HEAD") + (
        "+" if git("status", "--porcelain", "--untracked-files=no") else ""
    )


def interleaved(ways: dict[str, Callable[[], float]], rounds: int = 3) -> dict[str, list[float]]:
    """Run each way in turn, `rounds` times, so that what else the machine does meets all of them alike."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
            print(f"  round {number + 1}: {name} {taken[name][-1]:.2f}", flush=True)
    return taken


def start_django(*, servers: bool = True) -> None:
    """Django with the embedded default's keys and, where wanted, its servers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")
    from config.embedded.servers import prepare_environment

    prepare_environment(servers=servers)
    import django

    django.setup()


def medians(taken: dict[str, list[float]]) -> dict[str, float]:
    """The median of each way."""
    return {name: statistics.median(values) for name, values in taken.items()}


def names() -> list[str]:
    """The benchmarks there are: modules of this package with a `main`."""
    modules = sorted(
        path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _NOT_BENCHMARKS
    )
    return [
        name for name in modules if "\ndef main(" in (ROOT / "benchmarks" / f"{name}.py").read_text("utf-8")
    ]


def main(arguments: Sequence[str]) -> int:
    """Run the named benchmarks, or all. 0 when every figure that was written keeps its bar."""
    known = names()
    wanted = list(arguments) or known
    if unknown := [name for name in wanted if name not in known]:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(known)}.")
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")
    started = time.time()
    for name in wanted:
        print(f"— {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()
    written = [
        json.loads(path.read_text("utf-8"))
        for path in folder().glob("*.json")
        if path.stat().st_mtime >= started - 1
    ]
    return 0 if all(figure["met"] for figure in written) else 1


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _cpu_model() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
