"""Rows for the benchmarks of publishing: a connected account of a stand-in, a film, posts that are due."""

from datetime import datetime
from pathlib import Path
from typing import Any

STAND_INS = {"youtube": "google", "tiktok": "tiktok", "instagram": "meta", "facebook": "meta"}


def channel(slug: str) -> tuple[Any, Any]:
    """A team and its connection, with everything allowed and no limits on calls."""
    from apps.connections.adapters import Grant
    from apps.connections.models import Connection
    from apps.connections.registrations import registration
    from apps.connections.registry import PLATFORMS
    from apps.sandbox.models import TokenKind
    from apps.sandbox.registry import stand_ins
    from apps.sandbox.services import faults, grants
    from apps.teams.models import Team

    stand_in = STAND_INS[slug]
    account = stand_ins()[stand_in].new_account("Bench")
    faults.switch_on(stand_in, "limits_lifted")
    scopes = list(PLATFORMS[slug].scopes)
    grant = account.grants.create(client_id=f"sandbox-{slug}", scopes=scopes)
    token = grants.issue(grant, TokenKind.ACCESS, prefix="bench.", life_s=86_400)
    identity = PLATFORMS[slug].identity
    assert identity is not None
    found = identity.accounts(registration(slug), Grant(token))[0]
    team = Team.objects.get_or_create(name="Bench", slug="bench")[0]
    connection = Connection.objects.create(
        team=team,
        platform=slug,
        external_id=found.external_id,
        name=found.name,
        access_token=found.token or token,
        scopes=scopes,
        facts=dict(found.facts),
    )
    return team, connection


def film(team: Any, path: Path, size: int) -> Any:
    """A finished video whose file has this size; returns the file's asset."""
    from apps.library.models import AssetKind, Video, VideoStatus
    from apps.library.provenance import Provenance
    from apps.library.services.files import add_asset, keep_file
    from tests.factories import house_facts
    from tests.sandbox.clients import mp4

    head = mp4(size=1_000_000)
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    video = Video.objects.create(team=team, title="Film", status=VideoStatus.READY, duration_s=12.0)
    stored = keep_file(team=team, path=path, move=True)
    stored.facts_json = house_facts(size).to_json()  # there is no video in it that could be looked into
    stored.save(update_fields=["facts_json"])
    return add_asset(
        file=stored,
        kind=AssetKind.RENDITION,
        provenance=Provenance(provider="upload", licence="own"),
        video=video,
        duration_s=12.0,
    )


def due(team: Any, connection: Any, asset: Any, at: datetime | None = None, title: str = "Film") -> str:
    """The id of a target that is due now, or then."""
    from django.utils import timezone

    from apps.publishing.models import Post, PostStatus, Target, TargetStatus

    at = at or timezone.now()
    post = Post.objects.create(
        team=team, video=asset.video, title=title, status=PostStatus.SCHEDULED, due_at=at, privacy="private"
    )
    target = Target.objects.create(
        team=team, post=post, connection=connection, asset=asset, status=TargetStatus.SCHEDULED, due_at=at
    )
    return str(target.pk)
