"""Names of the stand-ins, for templates."""

from django import template

from apps.sandbox.registry import stand_ins

register = template.Library()


@register.filter
def platform_name(slug: str) -> str:
    """google → YouTube."""
    found = stand_ins().get(slug)
    return found.name if found else slug
