"""Outlives the supervisor: when that dies without a word, ends what it has started and frees the servers."""

import sys
from pathlib import Path

from config.embedded import servers, strays

DONE = b"done"


def main(token: str, var: str, grace_s: str) -> None:
    """Wait for the end of standard input, whose other end only the supervisor holds."""
    if sys.stdin.buffer.read() != DONE:
        strays.end(token, grace_s=float(grace_s))
        servers.stop(Path(var), even_if_used=False)


if __name__ == "__main__":
    main(*sys.argv[1:4])
