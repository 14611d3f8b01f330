"""Templates as pages show them: with their look, what they ask for, and how they have been used (GEN-02)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Q

from apps.creation import choices
from apps.creation.models import Run, RunStatus, Template
from apps.creation.preview import Preview, preview_of
from apps.creation.queries import templates_for
from apps.creation.template_spec import TemplateSpec
from apps.media.formats import FormatName
from apps.media.scenes import TransitionName
from apps.teams.models import Team


@dataclass(frozen=True)
class Use:
    """How often a team has used a template. `mean_s` is the mean time from start to end of finished runs."""

    runs: int = 0
    done: int = 0
    last_at: datetime | None = None
    mean_s: float | None = None

    @property
    def done_share(self) -> float | None:
        return self.done / self.runs if self.runs else None


@dataclass(frozen=True)
class ShownBeat:
    """A beat, where it starts and how wide it is on a bar of 100."""

    name: str
    purpose: str
    start: float
    width: float

    @property
    def percent(self) -> str:
        return f"{self.width:.0f} %"


@dataclass(frozen=True)
class TemplateCard:
    """A template with everything that its card shows."""

    template: Template
    spec: TemplateSpec
    use: Use = Use()
    copies: int = 0

    @property
    def tall_preview(self) -> Preview:
        """The same look in 9:16, so that cards side by side have one shape."""
        return preview_of(self.spec, format_name=FormatName.VERTICAL.value)

    @property
    def formats(self) -> str:
        """The formats' values, for the page's script."""
        return " ".join(name.value for name in self.spec.look.formats)

    @property
    def ratios(self) -> str:
        return " · ".join(choices.words_of(choices.FORMATS, name.value) for name in self.spec.look.formats)

    @property
    def look(self) -> str:
        """The palette, the captions and the music in words."""
        style = choices.words_of(choices.CAPTION_STYLES, self.spec.captions.style.value)
        shown = f"{style} captions" if self.spec.captions.burnt_in else "No captions"
        sound = f"{self.spec.sound.mood} music" if self.spec.sound.music else "no music"
        return f"{choices.words_of(choices.PALETTE_NAMES, self.spec.look.palette)} · {shown} · {sound}"

    @property
    def transition(self) -> str:
        name = choices.words_of(choices.TRANSITIONS, self.spec.look.transition.value)
        cut = self.spec.look.transition is TransitionName.CUT
        return name if cut else f"{name}, {self.spec.look.transition_s:g} s"

    @property
    def captions(self) -> str:
        if not self.spec.captions.burnt_in:
            return "as files only"
        style = choices.words_of(choices.CAPTION_STYLES, self.spec.captions.style.value)
        place = choices.words_of(choices.POSITIONS, self.spec.captions.position.value)
        return f"{style}, {place.lower()}"

    @property
    def beats(self) -> list[ShownBeat]:
        """The beats with their places on a bar of 100."""
        shown, start = [], 0.0
        for beat in self.spec.structure.beats:
            shown.append(ShownBeat(beat.name, beat.purpose, 100 * start, 100 * beat.share))
            start += beat.share
        return shown

    @property
    def scenes(self) -> str:
        least, most = self.spec.structure.min_scenes, self.spec.structure.max_scenes
        return str(least) if least == most else f"{least}–{most}"


def template_cards(team: Team) -> list[TemplateCard]:
    """The templates that the team may use, the product's own first; by one query."""
    return [TemplateCard(template, template.parsed) for template in _ordered(team)]


def template_cards_with_use(team: Team) -> list[TemplateCard]:
    """The same with their use and their copies; by three queries."""
    uses, copies = uses_of(team), _copies(team)
    none = Use()
    return [
        TemplateCard(template, template.parsed, uses.get(template.pk, none), copies.get(template.pk, 0))
        for template in _ordered(team)
    ]


def _ordered(team: Team) -> list[Template]:
    return list(templates_for(team).order_by(F("team").asc(nulls_first=True), "created_at"))


def uses_of(team: Team, template: Template | None = None) -> dict[UUID, Use]:
    """The team's use of each template, or of one."""
    runs = Run.objects.in_team(team).filter(template__isnull=False)
    if template is not None:
        runs = runs.filter(template=template)
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    done = Q(status=RunStatus.DONE)
    rows = (
        runs.order_by()
        .values("template")
        .annotate(
            runs=Count("pk"),
            done=Count("pk", filter=done),
            last=Max("created_at"),
            mean=Avg(took, filter=done),
        )
    )
    return {
        row["template"]: Use(
            row["runs"], row["done"], row["last"], row["mean"].total_seconds() if row["mean"] else None
        )
        for row in rows
    }


def _copies(team: Team) -> dict[UUID, int]:
    """How many of the team's own templates were made from each."""
    rows = Template.objects.in_team(team).filter(retired=False, copied_from__isnull=False).order_by()
    return dict(rows.values_list("copied_from").annotate(Count("pk")))


def template_names(team: Team) -> list[tuple[str, str]]:
    """(id, name) of the templates that the team may use, for filters."""
    return [(str(template.pk), template.name) for template in _ordered(team)]
