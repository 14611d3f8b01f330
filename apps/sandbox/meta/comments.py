"""Comments of reels and videos, in Facebook's and in Instagram's words."""

from apps.sandbox.meta import pages, people
from apps.sandbox.meta.fields import Node
from apps.sandbox.meta.habits import invalid, missing
from apps.sandbox.models import Comment
from apps.sandbox.services import comments
from apps.sandbox.standin import Answer, Call

LONGEST = 8000


def of_video(call: Call) -> list[tuple[str, Node]]:
    """What stands below a video, the replies inside their comments."""
    row = pages.own(call, call.args["id"])
    return [node(one) for one in row.comments.filter(parent=None)]


def replies(call: Call) -> list[tuple[str, Node]]:
    return [node(one) for one in _found(call).replies.all()]


def say(call: Call) -> Answer:
    """POST /{video}/comments or /{comment}/comments: `message`."""
    parent = Comment.objects.filter(external_id=call.args["id"]).first()
    if parent is not None:
        return reply(call)
    row = pages.own(call, call.args["id"])
    made = comments.say(row, row.account, _message(call), external_id=people.number())
    return Answer({"id": made.external_id})


def reply(call: Call) -> Answer:
    """POST /{comment}/replies, as Instagram calls it."""
    parent = _found(call)
    owner = parent.video.account
    made = comments.say(parent.video, owner, _message(call), external_id=people.number(), parent=parent)
    return Answer({"id": made.external_id})


def _message(call: Call) -> str:
    message = call.params.get("message", "")
    if not message.strip() or len(message) > LONGEST:
        raise invalid("The parameter message is required, up to 8000 characters.")
    return message


def _found(call: Call) -> Comment:
    found = Comment.objects.select_related("video__account").filter(external_id=call.args["id"]).first()
    if found is None or found.video.account not in people.reached(call):
        raise missing(call.args["id"])
    return found


def node(row: Comment) -> tuple[str, Node]:
    nodes = {"data": [node(one)[1] for one in row.replies.all()]}
    if row.video.account.kind == people.INSTAGRAM:
        return "IGComment", {
            "id": row.external_id,
            "text": row.text,
            "username": row.author_name,
            "from": {"id": row.author_id, "username": row.author_name},
            "timestamp": pages.graph_time(row.created_at),
            "like_count": row.likes,
            "hidden": row.hidden,
            "parent_id": row.parent.external_id if row.parent else None,
            "media": {"id": row.video.external_id},
            "replies": nodes if nodes["data"] else None,
        }
    return "Comment", {
        "id": row.external_id,
        "message": row.text,
        "from": {"id": row.author_id, "name": row.author_name},
        "created_time": pages.graph_time(row.created_at),
        "like_count": row.likes,
        "comment_count": row.replies.count(),
        "is_hidden": row.hidden,
        "can_reply_privately": False,
        "parent": {"id": row.parent.external_id} if row.parent else None,
        "comments": nodes if nodes["data"] else None,
    }


def change(call: Call, row: Comment) -> Answer:
    """`hide` (Instagram), `is_hidden` or `message` (Facebook)."""
    params = call.params
    hide = params.get("hide", params.get("is_hidden"))
    if hide is None and "message" not in params:
        raise invalid("The parameter hide, is_hidden or message is required.")
    if hide is not None:
        comments.change(row, hidden=hide.lower() in ("true", "1"))
    if "message" in params:
        comments.change(row, text=_message(call))
    return Answer({"success": True})


def delete(call: Call, row: Comment) -> Answer:
    comments.remove(row)
    return Answer({"success": True})
