"""Whether somebody listens at an address that speaks no HTTP."""

import pytest

from apps.core import http
from tests.core.http_loopback import running


def test_somebody_listens(settings):
    with running() as server:
        settings.OUTSIDE_ALLOW_PRIVATE = [server.netloc]
        http.reach(server.host, server.port)


def test_nobody_listens(settings):
    settings.OUTSIDE_ALLOW_PRIVATE = ["127.0.0.1:9"]
    with pytest.raises(http.Unavailable, match="Nobody answers at"):
        http.reach("127.0.0.1", 9)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "localhost"])
def test_private_addresses_are_refused(host):
    with pytest.raises(http.AddressRefused):
        http.reach(host, 1935)


def test_a_name_that_nobody_knows():
    with pytest.raises(http.Unavailable):
        http.reach("nowhere.invalid", 1935)
