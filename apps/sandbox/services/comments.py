"""Comments and replies."""

from apps.sandbox.models import Account, Comment, Video


def say(
    video: Video,
    author: Account,
    text: str,
    *,
    external_id: str,
    parent: Comment | None = None,
    moderation: str = "",
) -> Comment:
    """A comment of an account, or its reply to one."""
    return Comment.objects.create(
        video=video,
        parent=parent,
        external_id=external_id,
        author_name=author.name,
        author_id=author.external_id,
        text=text,
        moderation=moderation,
    )


def change(comment: Comment, **values: object) -> Comment:
    for name, value in values.items():
        setattr(comment, name, value)
    comment.save(update_fields=[*values, "updated_at"])
    return comment


def remove(comment: Comment) -> None:
    comment.delete()
