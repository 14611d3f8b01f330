"""Whether somebody listens at an address that does not speak HTTP, such as a server that takes a stream."""

import time

import httpcore

from apps.core.http import guard as guards
from apps.core.http.errors import Unavailable

TIMEOUT_S = 5.0


def reach(host: str, port: int, *, guard: bool = True, timeout_s: float = TIMEOUT_S) -> None:
    """Open a connection and close it again.

    Raises AddressRefused for private addresses, unless the operator allows them, and Unavailable where nobody answers.
    """
    backend = guards.GuardedBackend() if guard else guards.DeadlineBackend()
    token = guards.deadline.set(time.monotonic() + timeout_s)
    try:
        backend.connect_tcp(host, port, timeout_s).close()
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        raise Unavailable(
            f"Nobody answers at {host}:{port}. Check the address, or try again later."
        ) from error
    finally:
        guards.deadline.reset(token)
