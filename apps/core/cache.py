"""Django's cache in Valkey, which goes on in this process's memory while Valkey is away."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _either(name: str) -> Callable[..., Any]:
    """The cache's method of that name, by Valkey or, where it does not answer, by memory."""

    def method(cache: "ValkeyCache", *arguments: Any, **options: Any) -> Any:
        try:
            return getattr(RedisCache, name)(cache, *arguments, **options)
        except (RedisError, OSError) as error:
            logger.warning("the cache is this process's memory, Valkey does not answer: %s", error)
            return getattr(cache.memory, name)(*arguments, **options)

    return method


class ValkeyCache(RedisCache):
    """What packages count in it (allauth its e-mails and codes) stays limited during an outage, by each process."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.memory = LocMemCache("while-valkey-is-away", {"MAX_ENTRIES": 10_000})

    add = _either("add")
    get = _either("get")
    set = _either("set")
    touch = _either("touch")
    delete = _either("delete")
    has_key = _either("has_key")
    incr = _either("incr")
    get_many = _either("get_many")
    set_many = _either("set_many")
    delete_many = _either("delete_many")
    clear = _either("clear")
