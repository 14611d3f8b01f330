"""What stands between a post and its channels: the queries that the composer, the post's page and the ledger ask.

Everything here follows from rows and from facts that somebody has read already; no file is opened. The work itself –
reading files, mending them – is done by `services/preparing.py` before the post is due.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from apps.connections.capabilities import Limits, PostKind
from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS
from apps.library.models import Asset
from apps.media.facts import MediaFacts
from apps.media.house import Fit
from apps.publishing import mending, words
from apps.publishing.evidence import evidence_findings
from apps.publishing.filecheck import Wanted, clock, codec, file_findings, megabytes, signed
from apps.publishing.findings import Finding, Severity, first_stop
from apps.publishing.models import Post, Target
from apps.publishing.wordcheck import word_findings


@dataclass(frozen=True)
class Report:
    """How a post stands on one channel. `facts` is None while nobody has looked into the file. `fit` is what has to be
    done to it, named by `key`; `is_mended` says that it is done."""

    findings: tuple[Finding, ...]
    facts: MediaFacts | None = None
    fit: Fit | None = None
    key: str = ""
    is_mended: bool = False

    @property
    def stop(self) -> Finding | None:
        """What keeps it from going out, if anything does."""
        return first_stop(self.findings)

    @property
    def is_ready(self) -> bool:
        """Whether it could go out this moment."""
        return self.facts is not None and self.stop is None and (self.fit is None or self.is_mended)

    @property
    def mends(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.repairable)


@dataclass(frozen=True)
class Difference:
    """One fact of a file before and after it was mended, as people read it."""

    label: str
    before: str
    after: str


def reports(post: Post) -> dict[UUID, Report]:
    """How the post stands on each of its channels, by the target's id; three queries, however many channels."""
    rows = post.targets.select_related("connection", "asset__file", "repaired__file")
    targets = list(rows.defer("progress"))
    for target in targets:
        target.post = post
    evidence = evidence_findings(post, post.thumbnail, *(target.asset for target in targets))
    return {target.pk: report(target, evidence) for target in targets}


def report(target: Target, evidence: Sequence[Finding] = ()) -> Report:
    """How a post stands on one channel. `evidence` are those of the post (`evidence_findings`)."""
    said = words.of_target(target)
    kind = PostKind(target.post.kind)
    told = typed(said, target.connection, kind)
    found = of_file(target.asset, target.connection, kind, may_trim=bool(said.options.get(words.MAY_TRIM)))
    is_mended = bool(found.key and target.repaired_id and target.repair_key == found.key)
    findings = _by_weight([*evidence, *found.findings, *told])
    return replace(found, findings=findings, is_mended=is_mended)


def typed(said: words.Words, connection: Connection, kind: PostKind) -> list[Finding]:
    """What a channel would say to these words, saved or not; for the composer while somebody types. No query."""
    limits = _limits(connection, kind)
    return word_findings(said, limits.text, _name(connection)) if limits else []


def of_file(asset: Asset | None, connection: Connection, kind: PostKind, *, may_trim: bool = False) -> Report:
    """What a channel would say to this file, and what would be done to it. No query where the asset has its file."""
    limits, facts = _limits(connection, kind), asset.file.facts if asset else None
    if asset is None or limits is None or facts is None:
        return Report((), facts)
    longest_s = connection.facts.get("longest_s") or None
    wanted = Wanted(_name(connection), limits.media, longest_s, may_trim)
    findings = file_findings(facts, wanted)
    if first_stop(findings) is not None:
        return Report(tuple(findings), facts)
    fit = mending.fit_for(facts, limits.media, longest_s=wanted.longest_s, may_trim=may_trim)
    return Report(tuple(findings), facts, fit, mending.key_of(fit, asset.file.sha256) if fit else "")


def of_facts(facts: MediaFacts, target: Target) -> list[Finding]:
    """What the target's channel would say to a file with these facts."""
    limits = _limits(target.connection, PostKind(target.post.kind))
    longest_s = target.connection.facts.get("longest_s") or None
    return file_findings(facts, Wanted(_name(target.connection), limits.media, longest_s)) if limits else []


def differences(target: Target) -> list[Difference]:
    """What was changed about the file that goes out, for the panel that shows it before and after; none where it goes
    out as it is."""
    before = target.asset.file.facts if target.asset else None
    after = target.repaired.file.facts if target.repaired else None
    if before is None or after is None:
        return []
    rows = [
        Difference(label, old, new)
        for (label, old), (_, new) in zip(_told(before), _told(after), strict=True)
    ]
    return [row for row in rows if row.before != row.after]


def _told(facts: MediaFacts) -> list[tuple[str, str]]:
    sound = codec(facts.audio_codec) if facts.has_sound else "none"
    return [
        ("File", facts.container.upper()),
        ("Picture", codec(facts.video_codec)),
        ("Size", f"{facts.width} × {facts.height}"),
        ("Pictures a second", f"{facts.fps:.3g}"),
        ("Length", clock(facts.duration_s)),
        ("Sound", sound),
        ("Loudness", "silent" if facts.lufs is None else f"{signed(facts.lufs)} LUFS"),
        ("Weight", megabytes(facts.size)),
    ]


def _limits(connection: Connection, kind: PostKind) -> Limits | None:
    platform = PLATFORMS.get(connection.platform)
    return platform.limits.get(kind) if platform else None


def _name(connection: Connection) -> str:
    platform = PLATFORMS.get(connection.platform)
    return platform.name if platform else connection.platform


def _by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: list(Severity).index(finding.severity)))
