"""What can go wrong with motion graphics."""

from collections.abc import Iterable


class UnknownFamily(ValueError):
    """There is no family of that name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            f"There is no family of motion graphics called “{name}”; there are {', '.join(known)}."
        )
