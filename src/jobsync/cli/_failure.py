"""What a command says when it cannot go on."""

from __future__ import annotations

from jobsync import JobsyncError, NotFoundError, TransportError


class CommandError(JobsyncError):
    """A failure whose message, alone, tells a person at a terminal what to do next."""


class UsageError(CommandError):
    """Words of the command line that do not go together."""


class NoSuchJobError(NotFoundError):
    """A job that was named does not exist."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"There is no job {job_id!r}; `jobsync list` shows those there are.")


class GivenUpError(TransportError):
    """The connection was lost and did not come back in time."""

    def __init__(self, cause: JobsyncError, seconds: float) -> None:
        super().__init__(
            f"The connection was lost for more than {seconds:g} s ({cause}) "
            "The jobs may go on: watch them again when the deployment is back."
        )


class NoSuchShareError(NotFoundError):
    """A share that was named does not exist."""

    def __init__(self, share_id: str) -> None:
        super().__init__(f"The job has no share {share_id!r}; it may have been revoked before.")


class NoSuchFileError(NotFoundError):
    """A file that was named does not exist."""

    def __init__(self, job_id: str, name: str | None) -> None:
        what = "no such file" if name is None else f"no file {name!r}"
        super().__init__(
            f"The job {job_id!r} has {what}; `jobsync show {job_id}` lists those it has."
        )
