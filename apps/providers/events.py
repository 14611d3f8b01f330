"""What happens to provider keys and is worth knowing."""

from dataclasses import dataclass

from apps.events.registry import define_event


@dataclass(frozen=True)
class KeyBroken:
    """`provider` refused the key called `label`; `reason` is its sentence."""

    provider: str
    label: str
    reason: str


@dataclass(frozen=True)
class KeyChanged:
    """A key was added, changed, checked, switched or deleted; `state` is how it stands now."""

    provider: str
    label: str
    state: str


KEY_BROKEN = define_event(
    "provider.key_broken",
    data=KeyBroken,
    summary="A provider refused a team's key; nothing is asked of it until the key is mended.",
)
KEY_CHANGED = define_event(
    "provider.key_changed",
    data=KeyChanged,
    summary="A provider key was added, checked, changed, switched on or off, or deleted.",
    unheard_because="Only open pages follow it.",
)
