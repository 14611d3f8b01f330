"""Which addresses may be called. The check happens where the connection is made, on the very IP that is
connected to, so a name that resolves differently a moment later (DNS rebinding) gains nothing; TLS still
checks the name."""

import ipaddress
import socket
import time
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

from apps.core.http.errors import AddressRefused

SocketOptions = Iterable[httpcore.SOCKET_OPTION]
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Beyond what ipaddress calls not global: cloud metadata services on public-looking addresses (Oracle,
# Azure), and blocks newer than Python 3.11's table (RFC 6890 and the IANA special-purpose registries).
REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
    )
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
IPV4_COMPATIBLE = ipaddress.IPv6Network("::/96")

# Monotonic time at which the current call must be over; set for each call by the client.
deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def is_public(address: IPAddress) -> bool:
    """Whether `address` lies in the public Internet, looking through IPv4 addresses wrapped in IPv6 ones."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped_ipv4(address)
        if inner is not None:
            return is_public(inner)
    if any(address.version == network.version and address in network for network in REFUSED_NETWORKS):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _wrapped_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in NAT64 or (address in IPV4_COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def is_allowed_private(host: str, port: int) -> bool:
    """Whether the operator allows this private address: `OUTSIDE_ALLOW_PRIVATE` is False, True, or a list of
    "host:port" ("host:*" for every port; an IPv6 host in brackets)."""
    allowed = getattr(settings, "OUTSIDE_ALLOW_PRIVATE", False)
    if isinstance(allowed, bool):
        return allowed
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" in allowed or f"{name}:*" in allowed


def check_url(url: str) -> str:
    """`url` if its form may be called at all, else AddressRefused. Where the name leads is not looked at."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused("This is not a web address. Check it and try again.") from error
    if parts.scheme not in ("http", "https"):
        raise AddressRefused("Only addresses that start with http:// or https:// can be opened.")
    if not host or port == 0:
        raise AddressRefused("This is not a web address. Check it and try again.")
    if parts.username or parts.password:
        raise AddressRefused("The address holds a user name or password. Use one without.")
    return url


def check_public(url: str) -> str:
    """`url` if it may be called and does not itself name a private address, else AddressRefused.

    Asks no resolver, so a form can ask it: a name that leads to a private address is refused when it is called.
    """
    parts = urlsplit(check_url(url))
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if _names_private(host) and not is_allowed_private(host, port):
        raise AddressRefused(f"{host} leads to a private address, which Showrunner does not open.")
    return url


def _names_private(host: str) -> bool:
    """localhost, and numbers in any writing that a resolver takes: 127.0.0.1, 127.1, 2130706433, 0x7f000001."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not is_public(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return not is_public(ipaddress.IPv4Address(socket.inet_aton(host)))
    except (OSError, UnicodeError):
        return False


def allowed_addresses(host: str, port: int) -> list[str]:
    """The IP addresses of `host` that may be connected to, in the resolver's order.

    Raises AddressRefused when it has only private ones, httpcore.ConnectError when it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"The name {host} is not known.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    if is_allowed_private(host, port):
        return addresses
    public = [address for address in addresses if is_public(ipaddress.ip_address(address))]
    if not public:
        raise AddressRefused(f"{host} leads to a private address, which Showrunner does not open.")
    return public


class DeadlineBackend(httpcore.SyncBackend):
    """Holds connecting, reading and writing to the call's deadline."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        limit = remaining(timeout, httpcore.ConnectTimeout)
        return DeadlineStream(super().connect_tcp(host, port, limit, local_address, socket_options))


class GuardedBackend(DeadlineBackend):
    """Connects only to addresses that were checked."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in allowed_addresses(host, port):
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address.")


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose every read ends at the deadline, so that a slow drip cannot hold a worker."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, remaining(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, remaining(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> Any:
        limit = remaining(timeout, httpcore.ConnectTimeout)
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def remaining(timeout_s: float | None, expired: type[Exception]) -> float | None:
    """The shorter of `timeout_s` and what is left until the deadline; raises `expired` when nothing is."""
    end = deadline.get()
    if end is None:
        return timeout_s
    left = end - time.monotonic()
    if left <= 0:
        raise expired("The call took too long.")
    return left if timeout_s is None else min(timeout_s, left)
