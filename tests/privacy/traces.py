"""What a person leaves in every table that points at people."""

from datetime import date, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnCredential

from apps.accounts.devices import digest
from apps.accounts.models import BackupCodes, KnownBrowser, TimeCodeDevice, User
from apps.approvals.events import APPROVAL_ASKED, ApprovalAsked
from apps.audit.services import record as audit
from apps.automations.models import Automation
from apps.connections.models import Connection, SignIn, Strike
from apps.creation.models import Run
from apps.creation.services.templates import install_system_templates
from apps.events.services import record
from apps.grants.models import Grant
from apps.jobs.models import Agent, Batch
from apps.library.models import Video
from apps.notifications.models import Alert, Announcement, Contact, Email, Message, Preference, QuietHours
from apps.privacy.models import DataExport
from apps.publishing.models import PlanImport, Post, Series
from apps.security.models import Consent
from apps.teams.models import Team
from tests.conftest import signed_in
from tests.factories import (
    ApprovalFactory,
    InvitationFactory,
    ReviewCommentFactory,
    ReviewLinkFactory,
    UploadFactory,
    VideoFactory,
)
from tests.guards.estate import make_automation, make_notice, make_run

Model = type[models.Model]
MARK = "left by her"  # stands in one field of each row that is the person's own words


def pointing_at_people() -> dict[Model, list[str]]:
    """Every model with a foreign key to a person, and the names of those keys."""
    found: dict[Model, list[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        keys = [
            field.name
            for field in model._meta.local_fields
            if isinstance(field, models.ForeignKey) and field.related_model is User
        ]
        if keys:
            found[model] = keys
    return found


def leave_traces(user: User, team: Team) -> None:
    """One row in every one of those tables, and what names a person without pointing at them."""
    _as_oneself(user)
    _in_a_team(user, team)
    _as_an_operator(user, team)
    _by_being_told(user, team)


def _as_oneself(user: User) -> None:
    signed_in(user)
    EmailAddress.objects.create(user=user, email=f"second.{user.email}", verified=True)
    SocialAccount.objects.create(user=user, provider="google", uid="g-1", extra_data={"name": MARK})
    TimeCodeDevice.objects.create(user=user, name=MARK)
    BackupCodes.objects.create(user=user, name=MARK)
    WebAuthnCredential.objects.create(
        user=user, name=MARK, credential_id=b"c", public_key=b"k", sign_count=0, discoverable=False,
        backup_eligible=False, backup_state=False,
    )  # fmt: skip
    KnownBrowser.objects.create(user=user, digest=digest("a cookie"))
    DataExport.objects.create(user=user, expires_at=timezone.now(), status="ready")
    Consent.objects.create(person=user, notice=MARK)


def _in_a_team(user: User, team: Team) -> None:
    InvitationFactory(team=team, invited_by=user)
    InvitationFactory(team=team, email=user.email, accepted_by=user, accepted_at=timezone.now())
    audit("team.rename", team=team, actor=user, after={"name": MARK})
    approval = ApprovalFactory(team=team, asked_by=user, decided_by=user, note=MARK)
    asked = ApprovalAsked(kind="tests.note", title=MARK, href="/", asked_by=str(user))
    record(APPROVAL_ASKED, team=team, subject=approval, actor=user, data=asked)
    make_automation(team)
    Automation.objects.in_team(team).update(made_by=user, name=MARK)
    Batch.objects.create(team=team, kind="x", title=MARK, total=1, made_by=user)
    video: Video = VideoFactory(team=team, title=MARK, created_by=user)
    video.versions.update(author=user, title=MARK)
    UploadFactory(team=team, name=MARK, created_by=user)
    ReviewCommentFactory(team=team, video=video, text=MARK, author=user)
    ReviewLinkFactory(team=team, video=video, name=MARK, created_by=user)
    channel = Connection.objects.create(
        team=team, platform="youtube", external_id="x", name=MARK, connected_by=user
    )
    Strike.objects.create(
        team=team,
        connection=channel,
        kind="other",
        about=MARK,
        received_on=date(2026, 1, 1),
        recorded_by=user,
    )
    SignIn.objects.create(
        team=team,
        platform="youtube",
        state_hash=str(user.pk),
        session_hash="x",
        person=user,
        expires_at=timezone.now(),
    )
    post = Post.objects.create(team=team, title=MARK, created_by=user)
    rule = {"every_days": 7, "starts_on": date(2026, 1, 1), "at": time(9), "zone": "UTC"}
    Series.objects.create(team=team, name=MARK, pattern=post, created_by=user, **rule)
    PlanImport.objects.create(team=team, name=MARK, made_by=user)
    install_system_templates()
    make_run(team)
    Run.objects.in_team(team).update(started_by=user, topic=MARK)


def _as_an_operator(user: User, team: Team) -> None:
    Grant.objects.create(team=team, granted_by=user, revoked_by=user, reason=MARK)
    Agent.objects.create(name=MARK, key_hash="x", key_start="x", made_by=user)
    LogEntry.objects.create(
        user=user, content_type=ContentType.objects.get_for_model(Team), object_repr=MARK, action_flag=CHANGE
    )
    Announcement.objects.create(title=MARK, body="x", author=user)


def _by_being_told(user: User, team: Team) -> None:
    alert = Alert.objects.create(team=team, type="x", title=MARK, acknowledged_by=user)
    notice = make_notice(team, user, body=MARK, alert=alert)
    email = Email.objects.create(recipients=[user.email], subject=MARK, content="x")
    contact = Contact.objects.create(user=user, channel="sms", address="+49151555", label=MARK)
    due = timezone.now() + timedelta(days=1)
    Message.objects.create(
        notice=notice, user=user, channel="email", due_at=due, email=email, contact=contact, reason=MARK
    )
    Preference.objects.create(user=user, type=MARK, channel="email", wanted=True)
    QuietHours.objects.create(user=user, begins=time(22), ends=time(7))


def rows_of(model: Model, keys: list[str], user: User) -> models.QuerySet[Any]:
    """The rows of the model that point at the person."""
    by_any = models.Q()
    for key in keys:
        by_any |= models.Q(**{key: user.pk})
    return model._base_manager.filter(by_any)
