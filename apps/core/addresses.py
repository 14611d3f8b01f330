"""Addresses of many things at once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import reverse

ANY = UUID(int=0)


def addresses(name: str, *args: Any) -> Callable[[UUID], str]:
    """What turns an id, the last part of the named address, into the whole address.

    It is reversed once: for the rows of a list that would take longer than everything else about them.
    """
    pattern = reverse(name, args=[*args, ANY])
    return lambda pk: pattern.replace(str(ANY), str(pk))
