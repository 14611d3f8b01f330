from apps.core.errors import UserError


class JobError(UserError):
    """A rule of jobs was broken."""


class UnknownKind(JobError):
    """A row names a kind of work that no code of this version does."""


class NotAgain(JobError):
    """A job that is neither failed nor cancelled can't be put back on its queue."""


class JobCancelled(Exception):
    """The job was cancelled by a person, or given to another worker: stop and write nothing more."""


class JobPostponed(Exception):
    """Nothing is wrong with the job, but it can't go on now (the disk is full): try again in `wait_s` seconds.

    The attempt is not counted; the message tells people what the job waits for.
    """

    def __init__(self, message: str, *, wait_s: float) -> None:
        super().__init__(message)
        self.wait_s = wait_s
