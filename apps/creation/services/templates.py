"""The product's five templates, and the team's own copies of them (GEN-02, GEN-03)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.creation.errors import CreationError
from apps.creation.models import Template
from apps.creation.template_spec import read_spec
from apps.teams.models import Team

FOLDER = Path(__file__).parents[1] / "system_templates"


def system_templates() -> list[dict[str, Any]]:
    """The shipped templates, in the order in which they are shown."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")]
    return sorted(found, key=lambda template: template["order"])


@transaction.atomic
def install_system_templates() -> int:
    """Bring the shipped templates into the database; a changed one gets a new version. Returns how many changed."""
    changed = 0
    for shipped in system_templates():
        spec = read_spec(shipped["spec"]).to_json()
        wanted = {"name": shipped["name"], "description": shipped["description"], "spec": spec}
        template = Template.objects.filter(team=None, slug=shipped["slug"]).first()
        if template is None:
            Template.objects.create(slug=shipped["slug"], **wanted)
            changed += 1
        elif any(getattr(template, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(template, name, value)
            template.version += 1
            template.save()
            changed += 1
    return changed


@transaction.atomic
def copy_template(template: Template, *, team: Team, actor: User, name: str = "") -> Template:
    """The team's own copy, to be edited."""
    name = name.strip() or f"{template.name} (copy)"
    copy = Template.objects.create(
        team=team,
        slug=_free_slug(team, name),
        name=name[:80],
        description=template.description,
        spec=template.spec,
        copied_from=template,
    )
    audit("template.copy", team=team, actor=actor, target=copy)
    return copy


def _free_slug(team: Team, name: str) -> str:
    base = slugify(name)[:50] or "template"
    taken = set(Template.objects.in_team(team).filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def edit_template(
    template: Template, *, actor: User, name: str, description: str, changes: Mapping[str, Mapping[str, Any]]
) -> Template:
    """Change a copy; runs that were started keep what they were started with. Raises CreationError."""
    locked = Template.objects.select_for_update().get(pk=template.pk)
    if locked.is_system:
        raise CreationError(
            "This template comes with Showrunner and can't be changed. Make a copy and change that."
        )
    if not name.strip():
        raise CreationError("Give the template a name.", field="name")
    before = {"name": locked.name, "description": locked.description, "spec": locked.spec}
    merged = {part: {**values, **changes.get(part, {})} for part, values in locked.spec.items()}
    locked.spec = read_spec(merged).to_json()
    locked.name, locked.description = name.strip()[:80], description.strip()[:300]
    after = {"name": locked.name, "description": locked.description, "spec": locked.spec}
    if after != before:
        locked.version += 1
        locked.save()
        audit("template.edit", team=locked.team, actor=actor, target=locked, before=before, after=after)
    return locked


@transaction.atomic
def retire_template(template: Template, *, actor: User) -> Template:
    """Take a copy out of the choice; runs made with it keep their own."""
    if template.is_system:
        raise CreationError("This template comes with Showrunner and stays.")
    template.retired = True
    template.save(update_fields=["retired", "updated_at"])
    audit("template.retire", team=template.team, actor=actor, target=template)
    return template


@transaction.atomic
def restore_template(template: Template, *, actor: User) -> Template:
    """Undo a retirement."""
    template.retired = False
    template.save(update_fields=["retired", "updated_at"])
    audit("template.restore", team=template.team, actor=actor, target=template)
    return template
