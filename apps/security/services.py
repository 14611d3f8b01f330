"""Looking for vulnerabilities, changing keys, and keeping who agreed to what."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.core import vault
from apps.core.caller import current_address
from apps.core.http import OutsideError
from apps.core.rotation import Progress, Resealed, reseal_all
from apps.events.services import record
from apps.jobs.models import Job
from apps.jobs.services import enqueue
from apps.security import osv
from apps.security.events import ADVISORIES_FOUND, ADVISORIES_UNKNOWN, AdvisoriesFound, AdvisoriesUnknown
from apps.security.locks import Package, locked
from apps.security.models import Advisory, AdvisoryCheck, Consent
from apps.security.purposes import NOTICE

KEEP_CHECKS = timedelta(days=400)


def check_advisories() -> AdvisoryCheck:
    """Ask what is known of every locked version, and tell operators of what is new. Raises OutsideError, after it was
    written down that the data could not be reached."""
    packages = locked(settings.BASE_DIR)
    try:
        found = osv.findings(settings.OSV_URL, packages)
    except OutsideError as error:
        _unreached(packages, error)
        raise
    return _reached(packages, found)


@transaction.atomic
def _unreached(packages: list[Package], error: OutsideError) -> None:
    """Tell operators once a day at most, however often the job tries."""
    before = AdvisoryCheck.objects.filter(reached=True).first()
    told = AdvisoryCheck.objects.filter(reached=False, at__gt=timezone.now() - timedelta(hours=20)).exists()
    check = AdvisoryCheck.objects.create(reached=False, packages=len(packages), problem=error.message[:500])
    if not told:
        last = before.at.isoformat(timespec="minutes") if before else "never"
        data = AdvisoriesUnknown(check.problem, last)
        record(ADVISORIES_UNKNOWN, team=None, subject=check, data=data)


@transaction.atomic
def _reached(packages: list[Package], found: Iterable[osv.Finding]) -> AdvisoryCheck:
    check = AdvisoryCheck.objects.create(reached=True, packages=len(packages))
    new, seen = [], []
    for finding in found:
        row, fresh = _note(finding)
        seen.append(row.pk)
        if fresh:
            new.append(row)
    Advisory.objects.filter(gone_at=None).exclude(pk__in=seen).update(gone_at=check.at)
    AdvisoryCheck.objects.filter(at__lt=check.at - KEEP_CHECKS).delete()
    if new:
        check.new = len(new)
        check.save(update_fields=["new"])
        record(ADVISORIES_FOUND, team=None, subject=check, data=AdvisoriesFound([str(row) for row in new]))
    return check


def _note(finding: osv.Finding) -> tuple[Advisory, bool]:
    """The row of a finding, and whether it is new or has come back."""
    package = finding.package
    row, made = Advisory.objects.update_or_create(
        ecosystem=package.ecosystem,
        package=package.name,
        version=package.version,
        advisory=finding.advisory,
        defaults={
            "aliases": list(finding.aliases),
            "summary": finding.summary,
            "severity": finding.severity,
            "fixed_in": finding.fixed_in[:200],
        },
    )
    back = row.gone_at is not None
    if back:
        row.gone_at = None
        row.save(update_fields=["gone_at"])
    return row, made or back


def start_check() -> Job:
    """Let a worker look now, beside the nightly look."""
    from apps.security.jobs import check_advisories as work

    return enqueue(work, team=None, args={}, title="Look for known vulnerabilities")


def rotate_data_key(*, actor: User | None = None) -> Job:
    """Encrypt with a new data key from now on, and let a job seal again what older ones hold."""
    from apps.security.jobs import reseal_secrets

    key_id = vault.add_data_key()
    with transaction.atomic():
        job = enqueue(reseal_secrets, team=None, args={}, title="Seal stored secrets with the new data key")
        audit("secrets.rotate", actor=actor, after={"data_key": key_id})
    return job


def finish_rotation(progress: Progress) -> Resealed:
    """Wrap data keys by the newest master key, and seal every stale secret by the newest data key."""
    vault.rewrap()
    return reseal_all(progress)


def note_consent(*, person: User, address: str | None = None) -> Consent:
    """Write down that the person agreed to the privacy notice as it stands now; again is no second time."""
    given = {"address": address or current_address()}
    return Consent.objects.get_or_create(person=person, notice=NOTICE, defaults=given)[0]
