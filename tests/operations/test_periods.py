"""The tabs of periods on operators' pages say which one is shown."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/operate/usage/", "?days=30"),
        ("/operate/usage/?days=7", "?days=7"),
        ("/operate/providers/?hours=168", "?hours=168"),
    ],
)
def test_period_that_is_shown_is_the_current_one(operator_client: Client, address: str, current: str) -> None:
    page = operator_client.get(address).content.decode()
    periods = page.split('<nav class="tabs"')[1].split("</nav>")[0]
    assert periods.count('aria-current="page"') == 1
    assert f'href="{current}" aria-current="page"' in periods
