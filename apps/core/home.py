"""What stands on a team's home page. Apps register their parts, the page draws those that the member may see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class HomePanel:
    """A part of the page: `template` is drawn with `data(membership)` as `data`; None leaves the part out.

    `events` are the socket's names (with dashes) after which it is fetched again; `place` is main or side.
    """

    name: str
    template: str
    data: Callable[[Any], Any]
    permission: Any
    events: tuple[str, ...] = ()
    place: str = "main"
    order: int = 100

    @property
    def trigger(self) -> str:
        """For hx-trigger."""
        return ", ".join(f"{name} from:body" for name in (*self.events, "resync"))


@dataclass(frozen=True)
class OnboardingStep:
    """One thing a new team does. The list is shown until each is done."""

    title: str
    hint: str
    url_name: str
    action: str
    done: Callable[[Any], bool]
    permission: Any
    order: int = 100


@dataclass(frozen=True)
class QuickAction:
    """A button at the top of the page; the first by `order` is the primary one."""

    label: str
    url_name: str
    icon: str
    permission: Any
    order: int = 100


@dataclass(frozen=True)
class Attention:
    """Something that waits for a person. `kind` is warn, live or info."""

    title: str
    hint: str
    url: str
    action: str
    kind: str = "warn"


@dataclass(frozen=True)
class ResolvedStep:
    title: str
    hint: str
    url: str
    action: str
    done: bool


@dataclass(frozen=True)
class ResolvedAction:
    label: str
    url: str
    icon: str


_panels: dict[str, HomePanel] = {}
_steps: list[OnboardingStep] = []
_actions: list[QuickAction] = []
_attention: list[Callable[[Any], list[Attention]]] = []


def register_panel(panel: HomePanel) -> None:
    _panels[panel.name] = panel


def register_step(step: OnboardingStep) -> None:
    if step not in _steps:
        _steps.append(step)


def register_action(action: QuickAction) -> None:
    if action not in _actions:
        _actions.append(action)


def register_attention(find: Callable[[Any], list[Attention]]) -> None:
    """Ask `find(membership)` what waits for this member."""
    if find not in _attention:
        _attention.append(find)


def panels_for(membership: Any) -> list[tuple[HomePanel, Any]]:
    """The panels that the member may see and that have something to show, with their data."""
    allowed = [panel for panel in _panels.values() if membership.may(panel.permission)]
    found = [(panel, panel.data(membership)) for panel in sorted(allowed, key=lambda panel: panel.order)]
    return [(panel, data) for panel, data in found if data is not None]


def panel_for(membership: Any, name: str) -> tuple[HomePanel, Any] | None:
    """One panel by name, or None where there is none, it may not be seen or has nothing to show."""
    panel = _panels.get(name)
    if panel is None or not membership.may(panel.permission):
        return None
    data = panel.data(membership)
    return None if data is None else (panel, data)


def steps_for(membership: Any) -> list[ResolvedStep]:
    """The onboarding list, or nothing once all of it is done."""
    found = []
    for step in sorted(_steps, key=lambda step: step.order):
        url = _address(step.url_name, membership)
        if url and membership.may(step.permission):
            found.append(ResolvedStep(step.title, step.hint, url, step.action, step.done(membership)))
    return [] if all(step.done for step in found) else found


def actions_for(membership: Any) -> list[ResolvedAction]:
    return [
        ResolvedAction(action.label, url, action.icon)
        for action in sorted(_actions, key=lambda action: action.order)
        if membership.may(action.permission) and (url := _address(action.url_name, membership))
    ]


def attention_for(membership: Any) -> list[Attention]:
    return [item for find in _attention for item in find(membership)]


def _address(url_name: str, membership: Any) -> str:
    try:
        return reverse(url_name, kwargs={"team_slug": membership.team.slug})
    except NoReverseMatch:
        return ""
