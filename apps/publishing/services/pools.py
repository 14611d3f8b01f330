"""Pools of hashtags by niche (PUB-11)."""

from collections.abc import Iterable

from django.db import transaction

from apps.accounts.models import User
from apps.publishing import words
from apps.publishing.errors import PublishingError
from apps.publishing.models import HashtagPool
from apps.teams.models import Team
from apps.teams.roles import Permission
from apps.teams.services.appointing import check_may

MOST_POOLS = 100


@transaction.atomic
def save_pool(
    *, team: Team, actor: User | None, name: str, tags: Iterable[str], pool: HashtagPool | None = None
) -> HashtagPool:
    """A new pool, or other words for one. Raises PublishingError beside what is wrong."""
    check_may(team, actor, Permission.EDIT_POSTS)
    others = HashtagPool.objects.in_team(team).exclude(pk=pool.pk if pool else None)
    pool = pool or HashtagPool(team=team)
    pool.name = " ".join(name.split())
    if not 0 < len(pool.name) <= 80:
        raise PublishingError("Give the pool a name of at most 80 characters.", field="name")
    if others.filter(name__iexact=pool.name).exists():
        raise PublishingError("There is a pool of this name already.", field="name")
    if others.count() >= MOST_POOLS:
        raise PublishingError(f"A team has at most {MOST_POOLS} pools.", field="name")
    try:
        pool.tags = words.cleaned({"hashtags": tags})["hashtags"]
    except PublishingError as error:
        raise PublishingError(error.message, field="tags") from error
    if not pool.tags:
        raise PublishingError("Give it at least one hashtag.", field="tags")
    pool.save()
    return pool


@transaction.atomic
def delete_pool(pool: HashtagPool, actor: User | None) -> None:
    """Posts keep the hashtags that they took from it; series take no more."""
    check_may(pool.team, actor, Permission.EDIT_POSTS)
    pool.delete()
