"""UUIDs of version 7 sort by the time they were made."""

import time
from itertools import pairwise
from uuid import RFC_4122

import pytest
import time_machine

from apps.core import ids
from apps.core.ids import new_id


def test_new_id_is_a_uuid_of_version_7_with_the_time_in_it() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= after


def test_new_ids_of_one_moment_differ() -> None:
    with time_machine.travel(0, tick=False):
        assert len({new_id() for _ in range(1000)}) == 1000


def test_ids_sort_as_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(1_700_000_000_000_000_000, 1_700_000_000_002_000_000, 250))
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(moments))
    made = [new_id() for _ in range(8000)]
    assert all(earlier < later for earlier, later in pairwise(made))
