"""What is said, whatever says it."""

from dataclasses import dataclass

from apps.notifications.choices import Priority


@dataclass(frozen=True)
class Content:
    """One notice in the person's language. `url` is absolute, `key` the same for every try, `lines` the titles that a
    digest gathers."""

    key: str
    title: str
    body: str = ""
    lines: tuple[str, ...] = ()
    url: str = ""
    team: str = ""
    priority: Priority = Priority.NORMAL

    @property
    def is_critical(self) -> bool:
        return self.priority >= Priority.CRITICAL

    def text(self, limit: int) -> str:
        """Plain text of at most `limit` characters; the address at its end is never cut."""
        head = "\n".join(
            part for part in (self.title, self.body, *(f"• {line}" for line in self.lines)) if part
        )
        tail = f"\n{self.url}" if self.url else ""
        room = limit - len(tail)
        return (head if len(head) <= room else head[: room - 1].rstrip() + "…") + tail
