"""Templates, runs, their scenes, and the steps of the graph with their kept results."""

from typing import Any

from django.conf import settings
from django.db import models

from apps.core.models import TeamOwned, Timestamped
from apps.creation.template_spec import TemplateSpec, read_spec
from apps.library.models import StoredFile


class TemplateQuerySet(models.QuerySet["Template"]):
    def usable_by(self, team: models.Model) -> "TemplateQuerySet":
        """The product's own templates and this team's."""
        return self.filter(models.Q(team=None) | models.Q(team=team), retired=False)

    def in_team(self, team: models.Model) -> "TemplateQuerySet":
        return self.filter(team=team)


class Template(Timestamped):
    """How a kind of video is made. The five of the product have no team and can't be edited, only copied."""

    team = models.ForeignKey("teams.Team", null=True, on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    spec = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    copied_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="copies")
    retired = models.BooleanField(default=False)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "slug"], name="template_slug_in_team", nulls_distinct=False
            )
        ]
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_system(self) -> bool:
        return self.team_id is None

    @property
    def parsed(self) -> TemplateSpec:
        return read_spec(self.spec)


class SourceKind(models.TextChoices):
    TEXT = "text", "Text"
    URL = "url", "Link"
    TOPIC = "topic", "Topic"


class RunStatus(models.TextChoices):
    RUNNING = "running", "In the making"
    FAILED = "failed", "Stopped"
    CANCELLED = "cancelled", "Cancelled"
    DONE = "done", "Finished"


class Run(TeamOwned):
    """One video in the making, and everything it is made from.

    `spec` is the template as it was chosen, with this run's own changes; `providers` names a provider for a
    capability where the person chose one; `seeds` are numbers that ask for another version of the same.
    """

    template = models.ForeignKey(Template, null=True, on_delete=models.SET_NULL, related_name="runs")
    template_name = models.CharField(max_length=80)
    spec = models.JSONField()
    source_kind = models.CharField(max_length=5, choices=SourceKind.choices)
    source_text = models.TextField(blank=True)
    source_url = models.URLField(max_length=2000, blank=True)
    topic = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, blank=True)
    formats = models.JSONField()
    providers = models.JSONField(default=dict, blank=True)
    seeds = models.JSONField(default=dict, blank=True)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.RUNNING)
    error = models.TextField(blank=True)
    basic = models.BooleanField(default=False)
    titled = models.BooleanField(default=False)
    script_key = models.CharField(max_length=64, blank=True)
    video = models.OneToOneField("library.Video", null=True, on_delete=models.SET_NULL, related_name="run")
    music_asset = models.ForeignKey("library.Asset", null=True, on_delete=models.SET_NULL, related_name="+")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    estimated_s = models.FloatField(default=0)
    estimated_cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["team", "-created_at"]),
            models.Index(fields=["team", "status", "-created_at"]),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def parsed(self) -> TemplateSpec:
        return read_spec(self.spec)

    @property
    def is_running(self) -> bool:
        return self.status == RunStatus.RUNNING


class Scene(TeamOwned):
    """One scene of a run's storyboard.

    `caption` replaces the narration's words on screen; `visual_asset` is the team's own picture or clip;
    `visual_seed` above 0 asks for another choice. `variety` is the scene's place when it was written: it makes
    neighbours look different and stays when the scene is moved.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="scenes")
    position = models.PositiveIntegerField()
    beat = models.CharField(max_length=40, blank=True)
    narration = models.TextField()
    caption = models.TextField(blank=True)
    visual_description = models.TextField(blank=True)
    keywords = models.JSONField(default=list, blank=True)
    voice = models.CharField(max_length=120, blank=True)
    visual_asset = models.ForeignKey("library.Asset", null=True, on_delete=models.SET_NULL, related_name="+")
    visual_seed = models.PositiveIntegerField(default=0)
    variety = models.PositiveIntegerField(default=0)
    invented = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "position"], name="one_scene_a_position", deferrable=models.Deferrable.DEFERRED
            )
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"Scene {self.position + 1}"


class StepKind(models.TextChoices):
    SOURCE = "source", "Article"
    SCRIPT = "script", "Script"
    METADATA = "metadata", "Titles and tags"
    MODERATION = "moderation", "Check"
    VOICE = "voice", "Voice"
    VISUAL = "visual", "Picture"
    MUSIC = "music", "Music"
    CAPTIONS = "captions", "Captions"
    SEGMENT = "segment", "Scene"
    SOUND = "sound", "Sound"
    JOIN = "join", "Assembly"
    THUMBNAIL = "thumbnail", "Thumbnails"


class StepResult(TeamOwned):
    """What a step made, kept under the key of everything it was made from (GEN-09). `data` is the step's own answer."""

    kind = models.CharField(max_length=10, choices=StepKind.choices)
    key = models.CharField(max_length=64)
    data = models.JSONField()
    provider = models.CharField(max_length=40, blank=True)
    basic = models.BooleanField(default=False)
    seconds = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "key"], name="one_result_a_key")]
        indexes = [models.Index(fields=["team", "kind", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"

    def file(self, role: str) -> StoredFile:
        """The file that the step made in this role. Raises KeyError."""
        return {kept.role: kept.file for kept in self.files.all()}[role]


class StepFile(TeamOwned):
    """A file that a step made; as long as the result is kept, so are the bytes."""

    result = models.ForeignKey(StepResult, on_delete=models.CASCADE, related_name="files")
    role = models.CharField(max_length=30)
    file = models.ForeignKey(StoredFile, on_delete=models.RESTRICT, related_name="+")
    provenance_json = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "role"], name="one_file_a_role")]

    def __str__(self) -> str:
        return f"{self.role} of {self.result}"


class Step(TeamOwned):
    """One node of a run's graph as it is planned now. What state it is in follows from its result and its job."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    scene = models.ForeignKey(Scene, null=True, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    name = models.CharField(max_length=60)
    group = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    order = models.PositiveIntegerField()
    key = models.CharField(max_length=64)
    params = models.JSONField()
    result = models.ForeignKey(StepResult, null=True, on_delete=models.SET_NULL, related_name="+")
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    reused = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="one_step_a_name")]
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        """done, running, failed, cancelled or waiting."""
        if self.result_id:
            return "done"
        if self.job is None or self.job.status in ("waiting", "scheduled", "held", "queued"):
            return "waiting"
        return {"running": "running", "dead": "failed", "cancelled": "cancelled", "done": "running"}[
            self.job.status
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """The result's answer, empty while there is none."""
        return self.result.data if self.result else {}
