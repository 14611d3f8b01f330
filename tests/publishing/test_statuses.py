"""What a post is, out of what its targets are (PUB-03)."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.publishing.models import PostStatus as P
from apps.publishing.models import TargetStatus as T
from apps.publishing.services.statuses import GONE, status_of

pytestmark = pytest.mark.spec("PUB-03")

TARGETS = st.lists(st.sampled_from(list(T)), max_size=6)


@pytest.mark.parametrize(
    ("targets", "post"),
    [
        ([], P.DRAFT),
        ([T.DRAFT, T.DRAFT], P.DRAFT),
        ([T.SCHEDULED, T.SCHEDULED], P.SCHEDULED),
        ([T.SCHEDULED, T.DRAFT], P.SCHEDULED),
        ([T.SCHEDULED, T.CANCELLED], P.SCHEDULED),
        ([T.PUBLISHING, T.SCHEDULED], P.PUBLISHING),
        ([T.WAITING], P.PUBLISHING),
        ([T.PUBLISHED, T.SCHEDULED], P.PUBLISHING),
        ([T.PUBLISHED, T.PUBLISHED], P.PUBLISHED),
        ([T.PUBLISHED, T.DELETED, T.CANCELLED], P.PUBLISHED),
        ([T.PUBLISHED, T.FAILED], P.PARTLY_PUBLISHED),
        ([T.FAILED, T.FAILED, T.CANCELLED], P.FAILED),
        ([T.CANCELLED, T.CANCELLED], P.CANCELLED),
        ([T.DELETED], P.CANCELLED),
        ([T.DRAFT, T.CANCELLED], P.DRAFT),
    ],
)
def test_status_of(targets: list[T], post: P) -> None:
    assert status_of(targets) == post


def test_nothing_planned_is_what_the_caller_says() -> None:
    assert status_of([T.DRAFT, T.CANCELLED], unplanned=P.AWAITING_APPROVAL) == P.AWAITING_APPROVAL


@given(TARGETS, st.randoms())
def test_order_and_number_do_not_matter(targets: list[T], chance: object) -> None:
    mixed = [*targets, *targets]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert status_of(mixed) == status_of(targets)


HOLDS: dict[P, Callable[[set[T]], bool]] = {
    P.PUBLISHED: lambda seen: seen - GONE - {T.DRAFT} == {T.PUBLISHED},
    P.FAILED: lambda seen: seen - GONE - {T.DRAFT} == {T.FAILED},
    P.PARTLY_PUBLISHED: lambda seen: {T.PUBLISHED, T.FAILED} <= seen,
    P.SCHEDULED: lambda seen: (
        T.SCHEDULED in seen and not seen & {T.PUBLISHED, T.FAILED, T.PUBLISHING, T.WAITING}
    ),
    P.CANCELLED: lambda seen: bool(seen) and seen <= GONE,
    P.DRAFT: lambda seen: seen - GONE <= {T.DRAFT},
}


@given(TARGETS)
def test_settled_only_when_nothing_is_open(targets: list[T]) -> None:
    status, seen = status_of(targets), set(targets)
    is_open = bool(seen & {T.SCHEDULED, T.WAITING, T.PUBLISHING})
    assert (status in (P.SCHEDULED, P.PUBLISHING)) == is_open
    assert status == P.PUBLISHING or HOLDS[status](seen)
