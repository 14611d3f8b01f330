"""Which addresses may be called (GEN-01 takes links from anyone)."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from apps.core import http
from apps.core.http import guard

from .http_loopback import Loopback, html, redirect, running


@pytest.fixture
def server(settings) -> Iterator[Loopback]:
    with running() as loopback:
        settings.OUTSIDE_ALLOW_PRIVATE = [loopback.netloc]
        yield loopback


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "203.0.113.9",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_is_public_is_false_for_private_local_and_metadata_addresses(address):
    assert not guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "1.1.1.1",
        "172.32.0.1",
        "100.128.0.1",
        "2606:4700::1111",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
    ],
)
def test_is_public_is_true_for_addresses_of_the_internet(address):
    assert guard.is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_wrapped_in_ipv6_is_judged_like_itself(address):
    for wrapped in (
        ipaddress.IPv6Address(f"::ffff:{address}"),
        ipaddress.IPv6Address(int(guard.NAT64.network_address) + int(address)),
        ipaddress.IPv6Address((0x2002 << 112) + (int(address) << 80)),
    ):
        assert guard.is_public(wrapped) == guard.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/x",
        "gopher://example.com",
        "javascript:alert(1)",
        "//example.com/x",
        "example.com",
        "http://",
        "http:///path",
        "http://user:pass@example.com/",
        "http://example.com:99999/",
        "http://[::1",
        "http://example.com:0/",
    ],
)
def test_fetch_refuses_what_is_not_a_plain_web_address(url):
    with pytest.raises(http.AddressRefused):
        http.fetch(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://0.0.0.0:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://127.1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[fd00:ec2::254]/",
    ],
)
def test_fetch_refuses_private_addresses_however_they_are_written(url, settings):
    settings.OUTSIDE_ALLOW_PRIVATE = []
    with running() as loopback:
        loopback.on("GET", "/", html("inside"))
        with pytest.raises(http.AddressRefused, match="private address"):
            http.fetch(url.format(port=loopback.port), timeout_s=3)
        assert loopback.asked == []


@pytest.mark.spec("SEC-05")
def test_fetch_refuses_a_redirect_to_a_private_address(server):
    with running() as inside:
        inside.on("GET", "/secret", html("inside"))
        url = server.on("GET", "/", redirect(f"{inside.url}/secret"))
        with pytest.raises(http.AddressRefused, match="private address"):
            http.fetch(url)
        assert inside.asked == []


def test_client_refuses_a_private_base_address(settings):
    settings.OUTSIDE_ALLOW_PRIVATE = []
    with running() as loopback, http.Client(loopback.url) as client:
        with pytest.raises(http.AddressRefused):
            client.get("/v1/models")
        assert loopback.asked == []


def test_client_without_guard_reaches_an_address_of_the_settings(settings):
    settings.OUTSIDE_ALLOW_PRIVATE = []
    with running() as loopback, http.Client(loopback.url, guard=False) as client:
        loopback.on("GET", "/ok", html("yes"))
        assert client.get("/ok").text == "yes"


@pytest.mark.parametrize(
    ("allowed", "reached"),
    [
        (["{host}:{port}"], True),
        (["{host}:*"], True),
        (True, True),
        (False, False),
        (["{host}:1"], False),
        (["other:{port}"], False),
    ],
)
def test_allow_list_names_host_and_port(allowed, reached, settings):
    with running() as loopback:
        url = loopback.on("GET", "/", html("here"))
        if isinstance(allowed, list):
            allowed = [entry.format(host=loopback.host, port=loopback.port) for entry in allowed]
        settings.OUTSIDE_ALLOW_PRIVATE = allowed
        if reached:
            assert http.fetch(url).text == "here"
        else:
            with pytest.raises(http.AddressRefused):
                http.fetch(url)


@pytest.mark.spec("SEC-05")
def test_a_name_that_rebinds_is_looked_up_once_and_only_the_checked_address_is_called(monkeypatch, settings):
    settings.OUTSIDE_ALLOW_PRIVATE = []
    looked_up, connected = [], []
    real_lookup, real_connect = socket.getaddrinfo, socket.create_connection

    def lookup(host, *args, **kwargs):
        if host != "rebind.test":
            return real_lookup(host, *args, **kwargs)
        looked_up.append(host)
        return real_lookup("93.184.216.34" if len(looked_up) == 1 else "127.0.0.1", *args, **kwargs)

    def connect(address, *args, **kwargs):
        connected.append(address[0])
        if address[0] == "93.184.216.34":
            raise OSError("no network in tests")
        return real_connect(address, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", connect)
    with running() as loopback:
        with pytest.raises(http.Unavailable):
            http.fetch(f"http://rebind.test:{loopback.port}/")
        assert (looked_up, connected, loopback.asked) == (["rebind.test"], ["93.184.216.34"], [])


@pytest.mark.spec("SEC-05")
def test_of_a_mixed_name_only_the_public_address_is_called(monkeypatch, settings):
    settings.OUTSIDE_ALLOW_PRIVATE = []
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("127.0.0.1", "1.1.1.1", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answers)
    assert guard.allowed_addresses("mixed.test", 80) == ["1.1.1.1"]


def test_the_name_is_kept_in_the_host_header_though_the_ip_is_called(monkeypatch, settings):
    real_lookup = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: real_lookup("127.0.0.1" if host == "named.test" else host, *a, **k),
    )
    with running() as loopback:
        settings.OUTSIDE_ALLOW_PRIVATE = [f"named.test:{loopback.port}"]
        loopback.on("GET", "/", html("named"))
        assert http.fetch(f"http://named.test:{loopback.port}/").text == "named"
        assert loopback.asked[0].headers["host"] == f"named.test:{loopback.port}"


def test_tls_asks_for_the_name_and_refuses_an_untrusted_certificate(monkeypatch, settings, tmp_path):
    real_lookup = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: real_lookup("127.0.0.1" if host == "named.test" else host, *a, **k),
    )
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed("named.test", tmp_path))
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        settings.OUTSIDE_ALLOW_PRIVATE = [f"named.test:{port}"]
        thread = threading.Thread(target=accept_one, args=(listening, context))
        thread.start()
        with pytest.raises(http.Unavailable) as failure:
            http.fetch(f"https://named.test:{port}/", timeout_s=5)
        thread.join(5)
    assert names == ["named.test"]
    assert "certificate verify failed" in failure.value.detail.lower()


def accept_one(listening: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = listening.accept()
    with connection:
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            return


def self_signed(name, folder):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(
            subject, subject, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "named.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize(
    ("url", "is_refused"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://127.1/", True),
        ("http://2130706433/", True),
        ("https://localhost/", True),
        ("https://studio.localhost./", True),
        ("http://[::1]/", True),
        ("http://[::ffff:10.0.0.1]/", True),
        ("http://169.254.169.254/latest/", True),
        ("https://93.184.216.34/", False),
        ("https://example.com/a", False),
        ("https://10.example.com/", False),
    ],
)
def test_private_address_in_a_link_is_refused_before_anything_is_called(
    settings, monkeypatch, url: str, is_refused: bool
) -> None:
    settings.OUTSIDE_ALLOW_PRIVATE = False
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a resolver was asked"))
    refused = ""
    try:
        http.check_public(url)
    except http.AddressRefused as error:
        refused = str(error)
    assert ("leads to a private address" in refused) == is_refused
