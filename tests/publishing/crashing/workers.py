"""Workers that are there at once again when one is killed: each is forked from this process, which has Django loaded.

Run as `python -m tests.publishing.crashing.workers NUMBER` with the crash settings. One more child is the clock: it
finds what is due and sweeps after the dead, as the product's own clock does, only without a pause.
"""

import contextlib
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable

import django

QUEUES = ("publishing",)
PAUSE_S = 0.05


def work() -> None:
    from apps.core import queue
    from apps.jobs.workers import InlineWorker

    queues = [queue.queue(name) for name in QUEUES]
    InlineWorker(queues, connection=queue.connection()).work(logging_level="CRITICAL")


def tick() -> None:
    from apps.jobs import admission, queueing, runner
    from apps.publishing.services import ledger

    sweeps = (
        ledger.claim_all_due,
        queueing.release_due,
        admission.admit_all,
        runner.free_silent,
        queueing.push_lost,
        ledger.free_stuck,
    )
    while True:
        for sweep in sweeps:
            sweep()
        time.sleep(PAUSE_S)


def fork(child: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        child()
    except Exception:  # noqa: BLE001 – whatever it was, it stays here
        traceback.print_exc()
    finally:  # never up into what the parent does at its end
        sys.stderr.flush()
        os._exit(1)


def main(number: int) -> None:
    """Keep that many workers and one clock alive until told to stop, or whoever started them is gone."""
    django.setup()
    import apps.jobs.workers  # noqa: F401 – before the forks, so that it is loaded once
    from apps.connections.registry import PLATFORMS

    len(PLATFORMS)
    gc.freeze()
    parent = os.getppid()
    alive = {fork(child): child for child in [tick, *[work] * number]}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while os.getppid() == parent:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid:
                child = alive.pop(pid)
                alive[fork(child)] = child
            else:
                time.sleep(PAUSE_S)
    finally:
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
