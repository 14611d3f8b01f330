"""The person's picture (ACC-09)."""

from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.pictures import square
from apps.core.ids import new_id


def change_picture(*, user: User, file: IO[bytes]) -> None:
    """Draw the picture anew and keep it. Raises AccountError for what is none."""
    content = square(file)
    name = default_storage.save(f"avatars/{user.pk}/{new_id()}.webp", ContentFile(content))
    _keep(user, name)


def remove_picture(*, user: User) -> None:
    _keep(user, "")


def _keep(user: User, name: str) -> None:
    """The old file goes once nothing points at it any more."""
    with transaction.atomic():
        before = User.objects.select_for_update(no_key=True).get(pk=user.pk).avatar
        user.avatar = name
        user.save(update_fields=["avatar", "updated_at"])
        if before:
            transaction.on_commit(lambda: default_storage.delete(before))
