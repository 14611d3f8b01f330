"""The outside ways to a person, one module each. No rows in here: an address and a content in, a receipt out."""

from collections.abc import Callable

from apps.notifications.channels import push, slack, sms, telegram
from apps.notifications.channels.content import Content
from apps.notifications.channels.errors import ContactGone, ContactMoved
from apps.notifications.choices import Channel

__all__ = ["SENDERS", "ContactGone", "ContactMoved", "Content", "is_configured"]

# Each sends one content to one address, returns the service's own name of the message (or nothing), and raises an
# OutsideError. E-mails go through the ledger instead.
SENDERS: dict[Channel, Callable[[str, Content], str]] = {
    Channel.PUSH: push.send,
    Channel.SLACK: slack.send,
    Channel.TELEGRAM: telegram.send,
    Channel.SMS: sms.send,
}


def is_configured(channel: Channel) -> bool:
    """Whether this installation can use the channel: SMS and Telegram need an account of the operator's."""
    if channel is Channel.SMS:
        return sms.provider() is not None
    return channel is not Channel.TELEGRAM or telegram.is_configured()
