"""What the page of a post says of each of its channels, and what can be done about it there."""

from dataclasses import dataclass

from django.urls import reverse

from apps.connections.capabilities import Capability
from apps.connections.registry import PLATFORMS, Platform
from apps.publishing import options, queries, words
from apps.publishing.evidence import evidence_findings
from apps.publishing.models import Attempt, AttemptOutcome, Post, Target, TargetStatus
from apps.publishing.preflight import Difference, Report, differences, report
from apps.publishing.services.visibility import choices_for
from apps.publishing.words import Words

AHEAD = (TargetStatus.DRAFT, TargetStatus.SCHEDULED, TargetStatus.WAITING, TargetStatus.FAILED)

STAGES = {
    "open": "The upload is opened",
    "transfer": "Sending the file",
    "processing": "The platform is working on it",
    "commit": "Making it public",
    "settling": "Waiting for its address",
    "finishing": "Adding what goes with it",
}
OUTCOME_KINDS = {
    AttemptOutcome.GOING: "accent",
    AttemptOutcome.ACCEPTED: "ok",
    AttemptOutcome.REJECTED: "live",
    AttemptOutcome.RETRY: "warn",
    AttemptOutcome.UNKNOWN: "warn",
}


@dataclass(frozen=True)
class Remedy:
    """Where a person can mend what is in the way."""

    label: str
    href: str


@dataclass(frozen=True)
class Try:
    """An attempt, and the colour of how it ended."""

    attempt: Attempt
    kind: str


@dataclass(frozen=True)
class TargetRow:
    """A channel of the post: how it stands, why, and what can be done."""

    target: Target
    platform: Platform | None
    said: Words
    tries: tuple[Try, ...]
    remedy: Remedy | None
    report: Report | None

    @property
    def changes(self) -> list[Difference]:
        """What the file that goes out there has otherwise than the chosen one."""
        return differences(self.target) if self.target.repair_key else []

    @property
    def name(self) -> str:
        return self.platform.name if self.platform else self.target.connection.platform

    @property
    def is_going(self) -> bool:
        return self.target.status == TargetStatus.PUBLISHING

    @property
    def doing(self) -> str:
        """What happens now, in words."""
        return STAGES.get(self.target.stage, "Starting")

    @property
    def share(self) -> float | None:
        """How far the bytes are; None while nobody can say."""
        known = self.target.stage in ("transfer", "processing") and self.target.share > 0
        return self.target.share if known else None

    @property
    def differing(self) -> list[tuple[str, str]]:
        """What it says there that the others do not, each with its label; a text is shown with its hashtags."""
        own = self.target.overrides
        shown = (
            ("Title", self.said.title, "title" in own),
            ("Text", self.said.description, bool({"text", "hashtags"} & own.keys())),
            ("Tags", ", ".join(self.said.tags), "tags" in own),
            ("First comment", self.said.first_comment, "first_comment" in own),
            ("Seen by", options.privacy_word(self.said.privacy), "privacy" in own),
        )
        return [(label, value) for label, value, differs in shown if differs]

    @property
    def can_retry(self) -> bool:
        return self.target.status == TargetStatus.FAILED

    @property
    def can_hide(self) -> bool:
        """Whether who may see it can be changed from here."""
        return self.platform is not None and bool(choices_for(self.target))

    @property
    def can_edit(self) -> bool:
        return self._can(Capability.EDIT)

    @property
    def can_delete(self) -> bool:
        return self._can(Capability.DELETE)

    def _can(self, capability: Capability) -> bool:
        published = self.target.status == TargetStatus.PUBLISHED
        return published and self.platform is not None and self.platform.can(capability)

    @property
    def only_there(self) -> bool:
        """Published where other programs can neither change nor take it down."""
        return self.target.status == TargetStatus.PUBLISHED and not (self.can_edit or self.can_delete)


def rows_of(post: Post) -> list[TargetRow]:
    """Every channel of the post, in three queries."""
    targets = queries.targets_of(post)
    ahead = [target for target in targets if target.status in AHEAD and not target.stage]
    evidence = evidence_findings(post, post.thumbnail, *(target.asset for target in ahead)) if ahead else []
    return [_row(post, target, report(target, evidence) if target in ahead else None) for target in targets]


def _row(post: Post, target: Target, found: Report | None) -> TargetRow:
    tries: list[Attempt] = getattr(target, "tries", [])
    return TargetRow(
        target=target,
        platform=PLATFORMS.get(target.connection.platform),
        said=words.of_target(target),
        tries=tuple(Try(attempt, OUTCOME_KINDS[AttemptOutcome(attempt.outcome)]) for attempt in tries),
        remedy=_remedy(post, target),
        report=found,
    )


def _remedy(post: Post, target: Target) -> Remedy | None:
    if target.status not in (TargetStatus.WAITING, TargetStatus.FAILED, TargetStatus.SCHEDULED):
        return None
    connection = target.connection
    if connection.needs_person or connection.disconnected_at is not None:
        return Remedy(
            "Reconnect the channel", reverse("connections:detail", args=[post.team.slug, connection.pk])
        )
    if target.status == TargetStatus.FAILED:
        return Remedy("Change the post", reverse("publishing:edit", args=[post.team.slug, post.pk]))
    return None
