"""What stands between a post and its channels: the queries that the composer, the post's page and the ledger ask.

Everything here follows from rows and from facts that somebody has read already; no file is opened. The work itself –
reading files, mending them – is done by `services/preparing.py` before the post is due.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from apps.connections.capabilities import MediaLimits, PostKind
from apps.connections.registry import PLATFORMS, Platform
from apps.library.models import Asset
from apps.media.facts import MediaFacts
from apps.media.house import Fit
from apps.publishing import mending, words
from apps.publishing.evidence import evidence_findings
from apps.publishing.filecheck import Wanted, clock, codec, file_findings, megabytes, signed
from apps.publishing.findings import Finding, Severity, first_stop
from apps.publishing.models import Post, Target
from apps.publishing.wordcheck import word_findings

KINDS = {PostKind.VIDEO: "videos", PostKind.SHORT: "shorts"}


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
    """How the post stands on each of its channels, by the target's id; two queries, however many channels."""
    rows = post.targets.select_related("connection", "asset__file", "repaired__file")
    targets = list(rows.defer("progress"))
    for target in targets:
        target.post = post
    evidence = evidence_findings(post, post.thumbnail, *(target.asset for target in targets))
    return {target.pk: report(target, evidence) for target in targets}


def report(target: Target, evidence: Sequence[Finding] = ()) -> Report:
    """How a post stands on one channel. `evidence` is what stops the whole post (`evidence_findings`)."""
    platform = PLATFORMS.get(target.connection.platform)
    if platform is None:
        return Report(tuple(evidence))
    said, kind = words.of_target(target), PostKind(target.post.kind)
    found = of_file(
        target.asset, platform, kind, target.connection.facts, may_trim=bool(said.options.get(words.MAY_TRIM))
    )
    is_mended = bool(found.key and target.repaired_id and target.repair_key == found.key)
    findings = _by_weight([*evidence, *found.findings, *of_words(said, platform, kind)])
    return replace(found, findings=findings, is_mended=is_mended)


def of_words(said: words.Words, platform: Platform, kind: PostKind) -> list[Finding]:
    """What a platform would say to these words, kept or not. No query."""
    limits = platform.limits.get(kind)
    if limits is None:
        return [Finding("kind", f"{platform.name} takes no {KINDS[kind]}.", field="kind")]
    return word_findings(said, limits.text, platform.name)


def of_file(
    asset: Asset | None,
    platform: Platform,
    kind: PostKind,
    account: Mapping[str, Any],
    *,
    may_trim: bool = False,
) -> Report:
    """What a platform would say to this file, and what would be done to it; `account` is what a connection knows of its
    account. No query where the asset has its file.

    While nobody has looked into the file, what its row says of it is all there is.
    """
    limits = platform.limits.get(kind)
    if asset is None or limits is None:
        return Report((), asset.file.facts if asset else None)
    facts = asset.file.facts
    wanted = Wanted(platform.name, limits.media, account.get("longest_s") or None, may_trim)
    findings = tuple(file_findings(facts or _presumed(asset, limits.media), wanted))
    if facts is None or first_stop(findings) is not None:
        return Report(findings, facts)
    fit = mending.fit_for(facts, limits.media, longest_s=wanted.longest_s, may_trim=may_trim)
    return Report(findings, facts, fit, mending.key_of(fit, asset.file.sha256) if fit else "")


def left_over(facts: MediaFacts, target: Target) -> list[Finding]:
    """What keeps a mended copy with these facts from going out on the target's channel.

    Loudness does not: it is as near as it gets, since some sounds stay softer for all that lies between their peaks.
    """
    platform = PLATFORMS.get(target.connection.platform)
    limits = platform.limits.get(PostKind(target.post.kind)) if platform else None
    if platform is None or limits is None:
        return []
    wanted = Wanted(platform.name, limits.media, target.connection.facts.get("longest_s"))
    found = [finding for finding in file_findings(facts, wanted) if finding.code != "loudness"]
    return [finding for finding in found if finding.stops or finding.repairable]


def _presumed(asset: Asset, limits: MediaLimits) -> MediaFacts:
    """What the asset's row says of the file, and for the rest that it is as the platform wants it."""
    ratio = mending.best_ratio(limits)
    high = 1920 if ratio < 1 else 1080
    return MediaFacts(
        container=limits.containers[0],
        size=asset.file.size if asset.duration_s else 0,
        duration_s=asset.duration_s or limits.duration_min_s,
        width=asset.width or round(high * ratio),
        height=asset.height or high,
        fps=asset.fps or limits.fps_min or 30.0,
        video_codec=limits.video_codecs[0],
        audio_codec=limits.audio_codecs[0],
    )


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


def _by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: list(Severity).index(finding.severity)))
