"""What accounts say to the floors above (audit, notices, sockets), in the transaction or request that did it.

Each is sent with `user`; `request` comes with it where there is one. Secrets never do.
"""

from django.dispatch import Signal

sign_in = Signal()  # user, request, method: password, google, passkey …; new_device: bool
sign_in_failed = Signal()  # user (or None: nobody has that address), reason
sign_out = Signal()  # user, request
factor_added = Signal()  # user, kind: time_code, passkey, backup_codes; name
factor_removed = Signal()  # user, kind, name
factor_used = Signal()  # user, kind
password_changed = Signal()  # user
sessions_revoked = Signal()  # user, session_keys: those that no longer open; reason
deletion_requested = Signal()  # user, due: datetime
deletion_cancelled = Signal()  # user
data_exported = Signal()  # user
