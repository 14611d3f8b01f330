"""The panel on which people let the stand-ins fail, and the log of calls."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.sandbox.models import Account, Fault, LoggedCall
from apps.sandbox.services import accounts, faults

PANEL, CALLS = "/sandbox/", "/sandbox/calls/"
SAID = {
    "platform": "google",
    "kind": "unavailable",
    "operation": "google videos.insert",
    "amount": "503",
    "times": "2",
}
pytestmark = [pytest.mark.spec("SBX-02"), pytest.mark.django_db]


def make_call(**values: Any) -> LoggedCall:
    said = {"platform": "google", "operation": "videos.list", "method": "GET", "path": "/x", "status": 200}
    return LoggedCall.objects.create(milliseconds=3, **{**said, **values})


@pytest.mark.parametrize("path", [PANEL, CALLS])
def test_signed_out_are_sent_to_the_sign_in(path: str) -> None:
    assert Client().get(path)["Location"].startswith("/accounts/login/")


def test_fault_is_switched_on_and_off(alice_client: Client) -> None:
    assert alice_client.post("/sandbox/faults/on/", SAID)["Location"] == PANEL
    fault = Fault.objects.get()
    shown = alice_client.get(PANEL).context["faults"]
    assert list(shown) == [fault]
    assert (fault.platform, fault.kind, fault.operation, fault.amount, fault.remaining) == (
        "google",
        "unavailable",
        "videos.insert",
        503,
        2,
    )
    assert alice_client.post(f"/sandbox/faults/{fault.pk}/off/")["Location"] == PANEL
    assert not Fault.objects.exists()


def test_everything_is_switched_off_at_once(alice_client: Client) -> None:
    faults.switch_on("google", "unavailable")
    faults.switch_on("meta", "slow", amount=3)
    alice_client.post("/sandbox/faults/off/")
    assert not Fault.objects.exists()


def test_fault_that_has_happened_often_enough_is_over(alice_client: Client) -> None:
    fault = faults.switch_on("google", "unavailable", times=1)
    faults.happen("google", "unavailable", account=None)  # type: ignore[arg-type]
    assert "Everything works" in alice_client.get(PANEL).content.decode()
    assert alice_client.post(f"/sandbox/faults/{fault.pk}/off/").status_code == 404


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"operation": "tiktok post.init"}, "operation", "This operation is another platform's."),
        ({"kind": "slow", "amount": ""}, "amount", "Say how much."),
        ({"kind": "slow", "amount": "121"}, "amount", "At most 120 seconds."),
        ({"amount": "404"}, "amount", "A status from 500 to 599."),
        ({"times": "0"}, "times", "Ensure this value is greater than or equal to 1."),
    ],
)
def test_what_cannot_be_switched_on_says_why(
    alice_client: Client, more: dict[str, str], field: str, sentence: str
) -> None:
    answer = alice_client.post("/sandbox/faults/on/", {**SAID, **more})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    assert not Fault.objects.exists()


def test_account_of_another_platform_is_refused(alice_client: Client) -> None:
    one = accounts.new_account("tiktok", "creator", "Elsewhere")
    answer = alice_client.post("/sandbox/faults/on/", {**SAID, "account": str(one.pk)})
    assert answer.context["form"].errors == {"account": ["This account is at another platform."]}


def test_log_is_filtered(alice_client: Client) -> None:
    make_call()
    make_call(platform="meta", operation="ig.publish", status=403, code="9/2207042")
    whole = alice_client.get(CALLS).content.decode()
    failed = alice_client.get(f"{CALLS}?outcome=failed").content.decode()
    google = alice_client.get(f"{CALLS}?platform=google", headers={"HX-Request": "true"}).content.decode()
    none = alice_client.get(f"{CALLS}?platform=twitch").content.decode()
    assert ("videos.list" in whole, "ig.publish" in whole) == (True, True)
    assert ("videos.list" in failed, "9/2207042" in failed) == (False, True)
    assert ("videos.list" in google, "ig.publish" in google, "<html" in google) == (True, False, False)
    assert "No call matches" in none


@pytest.mark.parametrize("path", [PANEL, CALLS])
def test_pages_ask_the_same_for_one_row_and_for_three(alice_client: Client, path: str) -> None:
    def questions() -> int:
        number = Account.objects.count()
        one = accounts.new_account("google", "channel", f"Channel {number}")
        make_call(account=one)
        faults.switch_on("google", "unavailable", account=one)
        with CaptureQueriesContext(connection) as captured:
            assert alice_client.get(path).status_code == 200
        return len(captured)

    questions()
    assert questions() == questions()
