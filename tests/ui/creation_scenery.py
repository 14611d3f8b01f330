"""Creation's part of the scenery: runs in every state, a storyboard, and a template of the team's own."""

from typing import Any

from apps.accounts.models import User
from apps.creation.models import StepKind, Template
from apps.creation.services.templates import copy_template
from apps.jobs.models import Job
from apps.teams.models import Team
from tests.creation.conjuring import begin, conjure, failed, finished

ARTICLE = (
    "For most of history, the last mile of a voyage was the most dangerous one. Ships crossed whole oceans without "
    "trouble and then broke apart within sight of home."
)


def build_creation(team: Team, owner: User) -> dict[str, Any]:
    """Rows for every page of creation; the values fill the addresses in `pages.py`."""
    done = finished(team, formats=["9x16", "16x9", "1x1"], actor=owner)
    finished(team, title="كيف تعمل المنارة في الليل؟", text="المنارة تضيء. البحر مظلم.", actor=owner)
    stopped = failed(team)
    going = begin(team, slug="storytelling", text=ARTICLE, formats=["16x9", "9x16"], actor=owner)
    going = conjure(going, scenes=5, title="The last mile of a voyage", until=StepKind.SEGMENT)
    filming = Job.objects.filter(subject_id=str(going.pk), title="Film scene 1").first()
    if filming is not None:
        Job.objects.filter(pk=filming.pk).update(status="running", progress=0.6, progress_text="Filming")
    own = copy_template(Template.objects.get(slug="viral-hook"), team=team, actor=owner, name="Night hook")
    return {
        "run_done": done.pk,
        "run_failed": stopped.pk,
        "run_going": going.pk,
        "scene": done.scenes.all()[0].pk,
        "system_template": Template.objects.get(slug="storytelling").pk,
        "own_template": own.pk,
    }
