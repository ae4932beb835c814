"""What a command says when it cannot go on."""

from __future__ import annotations

from jobsync.errors import JobsyncError


class CommandError(JobsyncError):
    """A failure whose message, alone, tells a person at a terminal what to do next."""
