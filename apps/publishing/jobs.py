"""The jobs of publishing."""

from typing import Any
from uuid import UUID

from apps.jobs.clock import recurring
from apps.jobs.kinds import job_kind
from apps.jobs.runner import JobRun
from apps.publishing.services import (
    changing,
    counting,
    driving,
    importing,
    ledger,
    preparing,
    reminding,
    series,
    visibility,
)


@job_kind("publishing.publish_target", queue="publishing", attempts=6, timeout_s=4 * 3600)
def publish_target(run: JobRun, *, target_id: str) -> dict[str, Any]:
    """Carry one target to its platform, as far as it goes now."""
    return driving.drive(run, UUID(target_id))


@job_kind("publishing.prepare_post", queue="media", attempts=3, timeout_s=4 * 3600)
def prepare_post(run: JobRun, *, post_id: str) -> dict[str, Any]:
    """Hold the files of a post against what its channels take, and mend what does not fit."""
    return preparing.prepare(run, UUID(post_id))


@job_kind("publishing.read_file", queue="media", attempts=2, timeout_s=3600)
def read_file(run: JobRun, *, asset_id: str) -> dict[str, Any]:
    """Look into a file, so that its composer knows what channels would say to it."""
    return preparing.read(run, UUID(asset_id))


@job_kind("publishing.edit_published", queue="publishing", attempts=3, timeout_s=300)
def edit_published(run: JobRun, *, target_id: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Change the words of what is published, where it is published."""
    return changing.carry_out_edit(run, UUID(target_id), changes)


@job_kind("publishing.delete_published", queue="publishing", attempts=3, timeout_s=300)
def delete_published(run: JobRun, *, target_id: str) -> dict[str, Any]:
    """Take down what is published."""
    return changing.carry_out_deletion(run, UUID(target_id))


@recurring("publishing.claim_due", every_s=1)
def claim_due() -> None:
    ledger.claim_all_due()


@recurring("publishing.free_stuck", every_s=15)
def free_stuck() -> None:
    ledger.free_stuck()


@recurring("publishing.remind", every_s=30)
def remind() -> None:
    """Tell who has to know that a post goes out soon (PUB-13)."""
    reminding.remind_due_soon()


@recurring("publishing.make_series", every_s=60)
def make_series() -> None:
    """Make the next posts of evergreen series some days ahead (PUB-12)."""
    series.make_all_due()


@job_kind("publishing.import_plan", queue="default", attempts=3, timeout_s=1800)
def import_plan(run: JobRun, *, plan_id: str) -> dict[str, Any]:
    """Make the posts of a posting plan, those that are not made yet."""
    return importing.carry_out(UUID(plan_id))


@recurring("publishing.start_counting", every_s=3600)
def start_counting() -> None:
    counting.start_counting()


@job_kind("publishing.count_views", queue="default", attempts=3, timeout_s=300)
def count_views(run: JobRun, *, connection_id: str) -> dict[str, Any]:
    """Ask how often the posts of a channel were seen that are a week old (PUB-08)."""
    return counting.count(UUID(connection_id))


@recurring("publishing.change_visibility", every_s=5)
def change_visibility() -> None:
    """Let others see what is published when its time has come (LIB-12)."""
    visibility.change_all_due()
