"""Carrying a run on: plan, start what can be made, keep what was made, and hand the finished files to the library.

`advance` may be called at any time, by anybody, any number of times: it looks at what is there and starts only what
is missing (GEN-09).
"""

import errno
import shutil
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.creation import events
from apps.creation.graph import StepPlan
from apps.creation.models import Run, RunStatus, Scene, Step, StepFile, StepKind, StepResult
from apps.creation.planner import Plan, make_plan
from apps.creation.services.finishing import hand_over
from apps.creation.steps import MAKERS
from apps.creation.steps.workbench import Made, Workbench
from apps.events.services import record
from apps.events.socket import ping
from apps.jobs.errors import JobCancelled, JobError, JobPostponed
from apps.jobs.models import OPEN
from apps.jobs.runner import JobRun
from apps.jobs.services import cancel, enqueue
from apps.library.errors import StorageFull
from apps.library.services import keep_file, mark_failed
from apps.media.errors import DiskFull, FFmpegCancelled

NO_ROOM = "The disk is full. Make room, and this goes on by itself."
ROOM_WAIT_S = 20
OUTSIDE_KINDS = frozenset({StepKind.SOURCE, StepKind.SCRIPT, StepKind.METADATA, StepKind.MODERATION})


@transaction.atomic
def advance(run_id: UUID) -> Run:
    """Bring the run's steps in line with its plan, and start every step that can start now."""
    run = (
        Run.objects.select_for_update(of=("self",)).select_related("team", "music_asset__file").get(pk=run_id)
    )
    if not run.is_running:
        return run
    plan = make_plan(run)
    if plan.has("script") and run.script_key != plan.results["script"].key:
        _adopt_script(run, plan.results["script"])
        plan = make_plan(run)
    steps = _write_steps(run, plan)
    if plan.finished:
        hand_over(run, plan)
    else:
        _start(run, plan, steps)
    return run


def _adopt_script(run: Run, result: StepResult) -> None:
    """Replace the storyboard by the scenes of this script."""
    run.scenes.all().delete()
    Scene.objects.bulk_create(
        Scene(
            team=run.team,
            run=run,
            position=position,
            variety=position,
            beat=draft["beat"],
            narration=draft["narration"],
            visual_description=draft["visual_description"],
            keywords=list(draft["keywords"]),
            invented=draft["invented"],
        )
        for position, draft in enumerate(result.data["scenes"])
    )
    run.script_key = result.key
    run.basic = result.basic
    run.title = result.data["title"][:200] or run.title
    run.save(update_fields=["script_key", "basic", "title", "updated_at"])
    data = events.RunChanged(what="scenes")
    record(events.RUN_CHANGED, team=run.team, subject=run, data=data)


def _write_steps(run: Run, plan: Plan) -> dict[str, Step]:
    """One row a planned step; rows of steps that are no longer wanted go, and their jobs with them."""
    known = {step.name: step for step in run.steps.select_related("job")}
    for name in known.keys() - {step.name for step in plan.steps}:
        _drop(known.pop(name))
    new, changed = [], []
    for order, planned in enumerate(plan.steps):
        result = plan.results.get(planned.name)
        step = known.get(planned.name)
        if step is None:
            step = Step(team=run.team, run=run, name=planned.name, reused=result is not None)
            new.append(step)
        elif step.key != planned.key:
            _stop_job(step)
            step.job, step.reused = None, result is not None
            changed.append(step)
        elif step.order != order or step.result_id != (result.pk if result else None):
            changed.append(step)
        step.kind, step.key, step.params, step.group = (
            planned.kind,
            planned.key,
            planned.params,
            planned.group,
        )
        step.scene_id, step.title, step.order = planned.scene_id, planned.title, order
        step.result = result
        known[planned.name] = step
    Step.objects.bulk_create(new)
    fields = ["kind", "key", "params", "group", "scene", "title", "order", "result", "job", "reused"]
    Step.objects.bulk_update(changed, fields)
    return known


def _drop(step: Step) -> None:
    _stop_job(step)
    step.delete()


def _stop_job(step: Step) -> None:
    """Stop the step's job, unless it has ended meanwhile or was stopped with another step of its group."""
    if step.job is not None and step.job.status in OPEN:
        with suppress(JobError):
            cancel(step.job)


def _start(run: Run, plan: Plan, steps: dict[str, Step]) -> None:
    """A job for each group of steps that has no result, no open job, and whose needs are met."""
    groups: dict[str, list[StepPlan]] = {}
    for planned in plan.steps:
        step = steps[planned.name]
        busy = step.job is not None and step.job.status in OPEN
        if step.result is None and not busy and plan.has(*planned.needs):
            groups.setdefault(planned.group, []).append(planned)
    for members in groups.values():
        _start_group(run, members, [steps[planned.name] for planned in members])


def _start_group(run: Run, members: list[StepPlan], steps: list[Step]) -> None:
    from apps.creation.jobs import make_media, make_words  # jobs call this service, which starts them

    work = make_words if members[0].kind in OUTSIDE_KINDS else make_media
    args = {
        "run_id": str(run.pk),
        "steps": [{"name": planned.name, "key": planned.key} for planned in members],
    }
    job = enqueue(work, team=run.team, args=args, subject=run, title=members[0].title)
    for step in steps:
        step.job = job
    Step.objects.filter(pk__in=[step.pk for step in steps]).update(job=job)


def make_steps(job: JobRun, *, run_id: UUID, wanted: list[dict[str, str]]) -> int:
    """Make these steps of the run, unless the plan has changed since or they have a result; then carry the run on.

    Returns how many were made.
    """
    run = Run.objects.select_related("team").get(pk=run_id)
    keys = {entry["name"]: entry["key"] for entry in wanted}
    steps = [
        step
        for step in run.steps.filter(name__in=keys).order_by("order")
        if step.key == keys[step.name] and not _kept(run, step.key)
    ]
    if steps and run.is_running:
        _make(job, run, steps)
    advance(run_id)
    ping(run.team_id, "run.changed", run_id)
    return len(steps)


def _kept(run: Run, key: str) -> bool:
    return StepResult.objects.in_team(run.team).filter(key=key).exists()


def _make(job: JobRun, run: Run, steps: list[Step]) -> None:
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix="step-", dir=settings.WORK_DIR))
    started = time.monotonic()
    try:
        with ExitStack() as stack:
            bench = Workbench(run.team, run.pk, folder, stack, job.progress, job.cancelled)
            made = MAKERS[StepKind(steps[0].kind)](bench, [step.params for step in steps])
            job.check_cancelled()
            seconds = (time.monotonic() - started) / len(steps)
            for step, result in zip(steps, made, strict=True):
                keep(run, step, result, seconds)
    except FFmpegCancelled as error:
        raise JobCancelled from error
    except (DiskFull, StorageFull) as error:
        raise JobPostponed(NO_ROOM, wait_s=ROOM_WAIT_S) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise JobPostponed(NO_ROOM, wait_s=ROOM_WAIT_S) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep(run: Run, step: Step, made: Made, seconds: float) -> StepResult:
    """Keep what a step made under its key. The first to arrive wins: equal keys mean equal results."""
    stored = {role: keep_file(team=run.team, path=file.path) for role, file in made.files.items()}
    with transaction.atomic():
        result, created = StepResult.objects.get_or_create(
            team=run.team,
            key=step.key,
            defaults={
                "kind": step.kind,
                "data": made.data,
                "provider": made.provider,
                "basic": made.basic,
                "seconds": seconds,
            },
        )
        if created:
            StepFile.objects.bulk_create(
                StepFile(
                    team=run.team,
                    result=result,
                    role=role,
                    file=file,
                    provenance_json=made.files[role].provenance.to_json(),
                )
                for role, file in stored.items()
            )
        Step.objects.filter(pk=step.pk, key=step.key).update(result=result)
    return result


@transaction.atomic
def stop_failed(run_id: UUID, reason: str) -> Run:
    """A step failed for good: the run stops here and can be retried from its last good step."""
    run = Run.objects.select_for_update(of=("self",)).select_related("team", "video").get(pk=run_id)
    if not run.is_running:
        return run
    run.status, run.error, run.finished_at = RunStatus.FAILED, reason, timezone.now()
    run.save(update_fields=["status", "error", "finished_at", "updated_at"])
    if run.video is not None:
        mark_failed(run.video)
    seconds = (run.finished_at - run.started_at).total_seconds()
    data = events.RunEnded(seconds=seconds, reason=reason)
    record(events.RUN_FAILED, team=run.team, subject=run, data=data)
    return run
