from apps.core.errors import UserError


class JobError(UserError):
    """A rule of jobs was broken."""


class JobCancelled(Exception):
    """The job was cancelled by a person, or given to another worker: stop and write nothing more."""
