"""Several worker processes that share what one has loaded: each takes a quarter of the memory of a separate start."""

import ctypes
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from django.db import connections

from apps.core.beginnings import load_all
from apps.core.shield import Failure, Success, attempt

logger = logging.getLogger(__name__)

AGAIN_AFTER_S = 1.0
ENDS = (signal.SIGTERM, signal.SIGINT)
PR_SET_PDEATHSIG = 1  # prctl(2)


class Crew:
    """`size` forked processes that each call `work`; one that ends by itself is replaced.

    Args:
        work: what a process does until it is told to stop by SIGTERM.
    """

    def __init__(self, size: int, work: Callable[[], object]) -> None:
        self.size, self.work = size, work
        self._stopping = threading.Event()
        self._members: set[int] = set()

    def run(self) -> None:
        """Keep the processes running until SIGTERM or SIGINT; returns when all have ended."""
        for name in ENDS:
            signal.signal(name, self._stop)
        load_all()
        connections.close_all()
        gc.collect()
        gc.freeze()  # nobody's garbage: looking through it in a child would copy its pages
        while not self._stopping.is_set():
            while len(self._members) < self.size and not self._stopping.is_set():
                self._members.add(self._fork())
            self._wait_for_one()
            self._stopping.wait(AGAIN_AFTER_S)
        while self._members:
            self._wait_for_one()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Pass it on as SIGTERM: a worker finishes its job at the first one and drops it at the second."""
        self._stopping.set()
        for pid in self._members:
            os.kill(pid, signal.SIGTERM)

    def _fork(self) -> int:
        parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)  # none is lost between the fork and its being known
        try:
            pid = os.fork()
            if pid == 0:
                self._become_member(parent)
            return pid
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)

    def _become_member(self, parent: int) -> None:
        """The child's whole life. A group of its own, so that a signal to the parent's reaches it only through us."""
        os.setpgid(0, 0)
        self._members = set()
        for name in ENDS:
            signal.signal(name, signal.SIG_DFL)
        if sys.platform == "linux":  # elsewhere a worker outlives a parent that was killed
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        code = 1
        try:
            outcome = attempt(self.work) if os.getppid() == parent else Success(None)
            if isinstance(outcome, Failure):
                logger.error("a worker failed: %s\n%s", outcome.sentence, outcome.trace)
            else:
                code = 0
        finally:
            os._exit(code)  # also where it was told to drop its job: nothing here is cleared up twice

    def _wait_for_one(self) -> None:
        pid, status = os.wait()
        self._members.discard(pid)
        if not self._stopping.is_set():
            logger.warning("worker %s ended (%s) and is replaced", pid, os.waitstatus_to_exitcode(status))
