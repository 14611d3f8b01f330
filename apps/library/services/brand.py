"""The team's brand."""

from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.library.errors import LibraryError
from apps.library.models import Asset, AssetKind, Brand
from apps.media.graphics.palettes import PALETTES
from apps.teams.models import Team

SLOTS = {"watermark": AssetKind.IMAGE, "intro": AssetKind.CLIP, "outro": AssetKind.CLIP}


def brand_of(team: Team) -> Brand:
    """The team's brand; a new one says nothing."""
    brand = (
        Brand.objects.select_related("watermark__file", "intro__file", "outro__file")
        .filter(team=team)
        .first()
    )
    return brand or Brand.objects.get_or_create(team=team)[0]


@transaction.atomic
def edit_brand(
    *,
    team: Team,
    actor: User,
    palette: str,
    voice: str,
    watermark: Asset | None,
    watermark_position: str,
    watermark_opacity: float,
    intro: Asset | None,
    outro: Asset | None,
) -> Brand:
    """Change the brand. Videos made from now on follow it. Raises LibraryError beside the field that is wrong."""
    brand_of(team)
    brand = Brand.objects.select_for_update().get(team=team)
    if palette and palette not in PALETTES:
        raise LibraryError("Choose one of the palettes.", field="palette")
    chosen: dict[str, Asset | None] = {"watermark": watermark, "intro": intro, "outro": outro}
    for name, asset in chosen.items():
        if asset and (asset.team_id != team.pk or asset.kind != SLOTS[name]):
            raise LibraryError(f"Choose one of your own {SLOTS[name].label.lower()}s.", field=name)
    before = _facts(brand)
    brand.palette, brand.voice = palette, voice
    brand.watermark_position, brand.watermark_opacity = watermark_position, watermark_opacity
    brand.watermark, brand.intro, brand.outro = watermark, intro, outro
    brand.full_clean(validate_unique=False)
    brand.save()
    after = _facts(brand)
    if after != before:
        audit("brand.edit", team=team, actor=actor, target=brand, before=before, after=after)
    return brand


def _facts(brand: Brand) -> dict[str, Any]:
    return {
        "palette": brand.palette,
        "voice": brand.voice,
        "watermark": str(brand.watermark_id or ""),
        "watermark_position": brand.watermark_position,
        "watermark_opacity": brand.watermark_opacity,
        "intro": str(brand.intro_id or ""),
        "outro": str(brand.outro_id or ""),
    }
