"""What teams say to the floors above."""

from django.dispatch import Signal

# A person's place in a team was changed or taken away, in the transaction that did it. Sent with `team_id` and
# `user_id`; open sockets are closed by it (TEM-03).
access_changed = Signal()
