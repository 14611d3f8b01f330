"""The door to RQ."""

import logging

import pytest
from django.db import transaction
from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from apps.core import queue
from apps.core.queue import push, push_on_commit

pytestmark = pytest.mark.usefixtures("valkey")


def test_push_puts_the_call_on_its_queue() -> None:
    push("short", print, "hello", timeout_s=7, job_id="abc")
    (job,) = queue.queue("short").jobs
    assert (job.id, job.func_name, job.args, job.timeout, job.result_ttl) == (
        "abc",
        "builtins.print",
        ("hello",),
        7,
        0,
    )


@pytest.mark.django_db(transaction=True)
def test_push_on_commit_waits_for_the_commit_and_is_gone_with_a_rollback() -> None:
    with transaction.atomic():
        push_on_commit("short", print, "kept")
        assert queue.queue("short").count == 0
        transaction.set_rollback(True)
    assert queue.queue("short").count == 0
    with transaction.atomic():
        push_on_commit("short", print, "kept")
    assert [job.args for job in queue.queue("short").jobs] == [("kept",)]


@pytest.mark.django_db(transaction=True)
def test_queue_that_is_away_fails_a_push_quickly_and_a_later_one_only_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = queue._connection("redis://127.0.0.1:1/0")
    monkeypatch.setattr(queue, "connection", lambda: away)
    with pytest.raises(NoConnection):
        push("short", print)
    with caplog.at_level(logging.WARNING):
        push_on_commit("short", print)
    assert "print waits for the sweeper" in caplog.text


def test_connection_is_one_for_the_process_and_never_waits_long(valkey: Redis) -> None:
    assert queue.connection() is valkey
    options = valkey.connection_pool.connection_kwargs
    assert (options["socket_connect_timeout"], options["socket_timeout"]) == (2, 5)
