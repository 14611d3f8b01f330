"""One of everything that an address can name, for a team."""

from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.automations.models import Automation
from apps.connections.models import Connection, SignIn, Strike, StrikeKind
from apps.core.ids import new_id
from apps.creation.models import Run, RunStatus, Scene, SourceKind, StepFile, StepKind, StepResult, Template
from apps.creation.services.templates import install_system_templates
from apps.events.services import record
from apps.jobs.events import JOB_REQUEUED, JobRequeued
from apps.jobs.models import Batch, Job, JobStatus
from apps.notifications.models import Alert, Contact, Message, Notice
from apps.providers.models import ProviderKey
from apps.publishing.models import (
    AffiliateLink,
    HashtagPool,
    PlanImport,
    Post,
    QueueSlot,
    Series,
    TargetStatus,
)
from apps.publishing.services.links import create_link
from apps.teams.models import Team
from tests.connections.factories import ConnectionFactory
from tests.factories import (
    ApprovalFactory,
    AssetFactory,
    InvitationFactory,
    MembershipFactory,
    ReviewCommentFactory,
    ReviewLinkFactory,
    StoredFileFactory,
    UploadFactory,
    VideoFactory,
    WordTemplateFactory,
)
from tests.publishing.factories import PostFactory, TargetFactory, due_target, film_of

NOT_OBJECTS = {"team_slug", "number", "slug", "name", "mail_id"}


def estate(team: Team) -> dict[str, Any]:
    """Values for every name in the studio's addresses, all of them the team's."""
    install_system_templates()
    video = VideoFactory(team=team)
    run = make_run(team)
    job = Job.objects.create(
        team=team,
        kind="library.purge_video",
        queue="default",
        title="A job",
        args={},
        status=JobStatus.DEAD,
        max_attempts=3,
    )
    return {
        "team_slug": team.slug,
        "video_id": video.pk,
        "asset_id": AssetFactory(team=team, video=video).pk,
        "thumbnail_id": AssetFactory(team=team, video=video, kind="thumbnail").pk,
        "comment_id": ReviewCommentFactory(team=team, video=video).pk,
        "link_id": ReviewLinkFactory(team=team, video=video).pk,
        "upload_id": UploadFactory(team=team).pk,
        "word_template_id": WordTemplateFactory(team=team).pk,
        "media_id": AssetFactory(team=team).pk,
        "deleted_media_id": AssetFactory(team=team, deleted_at=timezone.now()).pk,
        "run_id": run.pk,
        "scene_id": run.scenes.get().pk,
        "file_id": make_step_file(team).file_id,
        "template_id": make_template(team).pk,
        "job_id": job.pk,
        "batch_id": Batch.objects.create(team=team, kind=job.kind, title="Many", total=1).pk,
        "automation_id": make_automation(team).pk,
        "event_id": record(JOB_REQUEUED, team=team, subject=job, data=JobRequeued(job.kind)).pk,
        "record_id": audit("job.requeue", team=team, target=job).pk,
        "key_id": make_key(team).pk,
        "deleted_key_id": make_key(team, deleted_at=timezone.now()).pk,
        **notices(team),
        "member_id": MembershipFactory(team=team).pk,
        "invitation_id": InvitationFactory(team=team).pk,
        "number": 1,
        "slug": "pexels",
        "name": "nothing",
        "approval_id": ApprovalFactory(team=team).pk,
        "export_format": "csv",
        **channel(team),
        "rtmp_id": make_connection(team, platform="rtmp", facts={"address": "rtmp://127.0.0.1:9/app"}).pk,
        "jitsi_id": make_connection(team, platform="jitsi", facts={"kind": "jaas", "app_id": "vpaas"}).pk,
        **posts(team),
        "sign_in_id": make_sign_in(team).pk,
        "platform": "youtube",
        "series_id": make_series(team).pk,
        "short_id": make_link(team).pk,
        "pool_id": HashtagPool.objects.create(team=team, name="Bread", tags=["rye"]).pk,
        "plan_id": PlanImport.objects.create(team=team, name="plan.csv").pk,
        "slot_id": QueueSlot.objects.create(team=team, weekday=0, at=time(9)).pk,
    }


def make_planned_post(team: Team) -> Post:
    """A planned post on one channel."""
    return due_target(
        at=timezone.now() + timedelta(days=1), post=PostFactory(team=team, video=film_of(team))
    ).post


def make_series(team: Team) -> Series:
    """An evergreen series of a post."""
    return Series.objects.create(
        team=team, name="Weekly", pattern=make_planned_post(team), every_days=7, starts_on=date(2026, 1, 1), at=time(9),
        zone="UTC", next_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip


def make_link(team: Team) -> AffiliateLink:
    return create_link(team=team, actor=None, name="Knife", url="https://shop.example.com/knife")


def make_connection(team: Team, **values: Any) -> Connection:
    """A channel with a picture; what it is asked for answers nobody."""
    return ConnectionFactory(team=team, picture=b"jpeg", picture_mark="1", **values)


def channel(team: Team) -> dict[str, Any]:
    """A channel and a strike against it."""
    connection = make_connection(team)
    strike = Strike.objects.create(
        team=team,
        connection=connection,
        kind=StrikeKind.OTHER,
        about="A strike",
        received_on=date(2026, 1, 1),
    )
    return {"connection_id": connection.pk, "strike_id": strike.pk}


def posts(team: Team) -> dict[str, Any]:
    """A draft, and what is published of another post."""
    out = TargetFactory(post=PostFactory(team=team, video=None), asset=None, status=TargetStatus.PUBLISHED)
    return {"post_id": PostFactory(team=team, video=None).pk, "target_id": out.pk}


def make_sign_in(team: Team) -> SignIn:
    """A sign-in of the team's first member on the way back."""
    person = team.members.order_by("memberships__created_at").first() or MembershipFactory(team=team).user
    return SignIn.objects.create(
        team=team, platform="youtube", state_hash=new_id().hex, session_hash="x", person=person,
        expires_at=timezone.now() + timedelta(minutes=5),
    )  # fmt: skip


def notices(team: Team) -> dict[str, Any]:
    """Something told to the team's first member."""
    user = team.members.order_by("memberships__created_at").first() or MembershipFactory(team=team).user
    alert = Alert.objects.create(team=team, type="alert.test", title="An alert")
    notice = make_notice(team, user, alert=alert)
    contact = Contact.objects.create(
        user=user, channel="slack", address="x", address_hash=str(team.pk), verified_at=timezone.now()
    )
    message = Message.objects.create(
        team=team, notice=notice, user=user, channel="slack", contact=contact, due_at=timezone.now()
    )
    return {
        "notice_id": notice.pk,
        "alert_id": alert.pk,
        "contact_id": contact.pk,
        "message_id": message.pk,
    }


def make_notice(team: Team, user: User, **values: Any) -> Notice:
    return Notice.objects.create(
        team=team, user=user, type="video.ready", priority=20, title="A notice", **values
    )


def make_automation(team: Team) -> Automation:
    wishes = {"who": "everybody", "priority": "NORMAL", "subject": "News", "text": ""}
    return Automation.objects.create(
        team=team, name="Tell", event_type="job.dead", action="notify", wishes=wishes, is_on=False
    )


def make_key(team: Team, **options: Any) -> ProviderKey:
    return ProviderKey.objects.create(
        team=team, provider="pexels", secret="sk-nothing-real", hint="real", **options
    )


def make_run(team: Team) -> Run:
    template = Template.objects.filter(team=None).first()
    assert template is not None
    run = Run.objects.create(
        team=team,
        template_name=template.name,
        spec=template.spec,
        source_kind=SourceKind.TEXT,
        source_text="Bees dance.",
        formats=["9x16"],
        title="A run",
        status=RunStatus.FAILED,
        started_at=timezone.now(),
        finished_at=timezone.now(),
    )
    Scene.objects.create(team=team, run=run, position=0, narration="Bees dance.")
    return run


def make_template(team: Team) -> Template:
    shared = Template.objects.filter(team=None).first()
    assert shared is not None
    return Template.objects.create(team=team, slug="own", name="Own", spec=shared.spec)


def make_step_file(team: Team) -> StepFile:
    result = StepResult.objects.create(team=team, kind=StepKind.VISUAL, key="a" * 64, data={}, seconds=1)
    stored = StoredFileFactory(team=team)
    return StepFile.objects.create(team=team, result=result, role="still", file=stored, provenance_json={})
