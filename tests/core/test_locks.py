"""Locks by name across processes, and whether a transaction is open."""

import time
from itertools import pairwise

import pytest
from django.db import transaction

from apps.core import locks
from apps.core.transactions import in_transaction
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def held_apart(name: str, *, shared: bool = False) -> list[tuple[float, float]]:
    """When each of three holders had the lock, from and to, by order of time."""

    def hold() -> tuple[float, float]:
        with transaction.atomic():
            locks.hold(name, shared=shared)
            begin = time.monotonic()
            time.sleep(0.1)
            return begin, time.monotonic()

    return sorted(at_once(3, hold))


def overlaps(times: list[tuple[float, float]]) -> int:
    return sum(later[0] < earlier[1] for earlier, later in pairwise(times))


def test_hold_lets_one_after_the_other_in() -> None:
    assert overlaps(held_apart("one")) == 0


def test_shared_holders_go_in_together() -> None:
    assert overlaps(held_apart("many", shared=True)) == 2


def test_hold_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="let go at once"):
        locks.hold("one")


def test_in_transaction_knows_its_own_and_nested_ones() -> None:
    answers = [in_transaction()]
    with transaction.atomic():
        answers.append(in_transaction())
        with transaction.atomic():
            answers.append(in_transaction())
    assert [*answers, in_transaction()] == [False, True, True, False]


@pytest.mark.django_db
def test_in_transaction_overlooks_that_of_a_test() -> None:
    assert not in_transaction()
