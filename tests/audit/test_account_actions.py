"""What a person does to their own account leaves a line each, without a secret in it (AUD-01)."""

import pytest

from apps.accounts import services
from apps.accounts.models import TimeCodeDevice, User
from apps.audit.models import AuditRecord
from apps.privacy.services import cancel_deletion, make_export, request_deletion, request_export
from tests.accounts.people import code_of
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.spec("AUD-01", "P-A03")]


def lines() -> list[str]:
    own = AuditRecord.objects.filter(action__startswith="account.").exclude(action="account.sign_in")
    return list(own.order_by("number").values_list("action", flat=True))


def test_factors_leave_a_line_each_and_no_key(bob: User) -> None:
    device = services.begin_app(user=bob)
    _, codes = services.confirm_app(user=bob, code=code_of(device))
    services.remove_app(user=bob)
    assert lines() == ["account.factor_add", "account.factor_add", "account.factor_remove"]
    text = str(list(AuditRecord.objects.values_list("before", "after")))
    assert device.key not in text
    assert not any(code in text for code in codes)
    assert not TimeCodeDevice.objects.exists()


def test_ended_sessions_and_the_way_out_leave_a_line_each(bob: User) -> None:
    signed_in(bob)
    services.sessions.end_all(user=bob, keep=None)
    request_deletion(user=bob)
    cancel_deletion(user=bob)
    make_export(request_export(user=bob).pk)
    assert lines() == [
        "account.sessions_end",
        "account.deletion_request",
        "account.deletion_cancel",
        "account.data_export",
    ]
