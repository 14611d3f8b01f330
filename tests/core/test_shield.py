"""Background work catches everything in one place, and only what can be handled."""

import pytest

from apps.core.shield import Failure, Success, attempt


def test_attempt_returns_what_came_of_it() -> None:
    assert attempt(max, 1, 2) == Success(2)


def test_attempt_returns_the_error_with_its_trace() -> None:
    failure = attempt(int, "x")
    assert isinstance(failure, Failure)
    assert failure.sentence == "invalid literal for int() with base 10: 'x'"
    assert "Traceback" in failure.trace


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_attempt_lets_the_end_of_the_process_through(error: type[BaseException]) -> None:
    def end() -> None:
        raise error

    with pytest.raises(error):
        attempt(end)
