"""Everything that jobsync raises, by whose fault it is.

```text
JobsyncError
├── CallerError                 what was passed cannot be used
│   ├── InvalidFieldError         a value of a field; `.field` names it
│   ├── UnknownStatusError        a status that stands for no state; `.known` lists those that do
│   ├── TooLargeError             more than a job can hold; `.size` and `.limit` in bytes
│   ├── ClosedError               the client was closed
│   └── JobEndedError             a job that has ended cannot be run
├── JobCanceled                 not a mistake: somebody asked the running job to stop
├── SettingsError               no deployment, no key, or an address that cannot be one
├── AccessError                 the deployment does not let this caller in
│   ├── AuthenticationError       no token, or one that it did not sign
│   │   └── TokenExpiredError     signed by it, but too old
│   ├── PermissionDeniedError     a good token that does not reach this far
│   └── NotConfiguredError        the deployment has no key yet
├── NotFoundError
│   ├── AssetNotFoundError
│   └── JobNotFoundError
├── WaitTimeoutError            a job did not get there in the time that was given
├── LocalDeploymentError        the embedded deployment could not be run on this machine
├── TransportError              the deployment was not reached, or did not answer like one
│   ├── ConnectionFailedError     (retryable)
│   ├── RequestTimeoutError       (retryable)
│   ├── UnexpectedResponseError   something answered, but not a Convex deployment
│   └── LiveUpdatesError          the process that follows jobs could not be kept running
├── ServerError                 the deployment failed
│   ├── TemporaryServerError      (retryable) overloaded, restarting, or an internal error
│   ├── FunctionsMissingError     it has none of the functions of jobsync
│   ├── BackendOutdatedError      its functions are older than this package
│   └── ClientOutdatedError       this package is older than its functions
├── OutboxError                 what is sent in the background did not get there
│   ├── OutboxUnusableError       its file cannot be read or written
│   ├── OutboxFullError           more waits than it may hold
│   ├── NotDeliveredError         (retryable) not in time; it is kept, and sent later
│   └── ParkedError               refused for good; it is kept, and not sent again
├── UploadError                 a file could not be stored
│   ├── FileMissingError
│   ├── FileIsFolderError
│   ├── FileUnreadableError
│   ├── FileChangedError          while it was read or sent
│   └── FileVanishedError         while it was read or sent
└── DownloadError               a file could not be fetched
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AccessError",
    "AssetNotFoundError",
    "AuthenticationError",
    "BackendOutdatedError",
    "CallerError",
    "ClientOutdatedError",
    "ClosedError",
    "ConnectionFailedError",
    "DownloadError",
    "FileChangedError",
    "FileIsFolderError",
    "FileMissingError",
    "FileUnreadableError",
    "FileVanishedError",
    "FunctionsMissingError",
    "InvalidFieldError",
    "JobCanceled",
    "JobEndedError",
    "JobNotFoundError",
    "JobsyncError",
    "LiveUpdatesError",
    "LocalDeploymentError",
    "NotConfiguredError",
    "NotDeliveredError",
    "NotFoundError",
    "OutboxError",
    "OutboxFullError",
    "OutboxUnusableError",
    "ParkedError",
    "PermissionDeniedError",
    "RequestTimeoutError",
    "ServerError",
    "SettingsError",
    "TemporaryServerError",
    "TokenExpiredError",
    "TooLargeError",
    "TransportError",
    "UnexpectedResponseError",
    "UnknownStatusError",
    "UploadError",
    "WaitTimeoutError",
]


class JobsyncError(Exception):
    """The root of all errors of jobsync."""

    retryable: ClassVar[bool] = False
    """Whether the same call may succeed later, with nothing changed on this side."""

    def __init__(self, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.details: dict[str, Any] = dict(details or {})

    @property
    def code(self) -> str | None:
        """The code that the deployment gave, if the error came from there."""
        return self.details.get("code")

    @property
    def field(self) -> str | None:
        """The field that is at fault, if it is one field's."""
        return self.details.get("field")

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way between processes with the details."""
        return type(self), (*self.args, self.details)


class CallerError(JobsyncError):
    """What was passed cannot be used; another value can."""


class InvalidFieldError(CallerError):
    """A field's value cannot be stored."""

    @classmethod
    def of(cls, field: str, problem: str) -> InvalidFieldError:
        """Build the error for a field that was found to be wrong on this side."""
        return cls(f"{field}: {problem}", {"code": "invalid_field", "field": field})


class UnknownStatusError(CallerError):
    """A status word that stands for no state."""

    @property
    def known(self) -> list[str]:
        """The status words that the deployment knows."""
        return list(self.details.get("known", ()))


class TooLargeError(CallerError):
    """A job's content is more than one job can hold."""

    @property
    def size(self) -> int | None:
        """How large it is, in bytes."""
        return self.details.get("bytes")

    @property
    def limit(self) -> int | None:
        """How large it may be, in bytes."""
        return self.details.get("limit")


class ClosedError(CallerError):
    """The client was closed."""


class JobEndedError(CallerError):
    """A job that has ended cannot be run; it can be retried first, or have another id."""


class JobCanceled(JobsyncError):  # noqa: N818 (an order to stop, not a mistake)
    """Somebody asked the running job to stop. Raised where it reports, so that it can clean up."""


class SettingsError(JobsyncError):
    """No deployment or key is named, or the address cannot be one."""


class AccessError(JobsyncError):
    """The deployment does not let this caller in."""


class AuthenticationError(AccessError):
    """No token, or one that the deployment did not sign."""


class TokenExpiredError(AuthenticationError):
    """A token that the deployment signed, but that is too old."""


class PermissionDeniedError(AccessError):
    """A good token that does not reach this far."""


class NotConfiguredError(AccessError):
    """The deployment has no JOBSYNC_API_KEY, so it refuses everybody."""


class NotFoundError(JobsyncError):
    """Something that was named does not exist."""


class JobNotFoundError(NotFoundError):
    """No job has this id."""


class AssetNotFoundError(NotFoundError):
    """The job has no file of this role and name."""


class WaitTimeoutError(JobsyncError):
    """A job did not get there in the time that was given."""


class LocalDeploymentError(JobsyncError):
    """The embedded deployment could not be run on this machine; the message says what to do."""


class TransportError(JobsyncError):
    """The deployment was not reached, or what answered is not one."""


class ConnectionFailedError(TransportError):
    """No connection, or it broke before the answer was complete."""

    retryable = True


class RequestTimeoutError(TransportError):
    """The deployment did not answer in time; whether it acted is unknown."""

    retryable = True


class UnexpectedResponseError(TransportError):
    """Something answered, but not as a Convex deployment does."""


class LiveUpdatesError(TransportError):
    """The process that follows jobs could not be kept running."""


class ServerError(JobsyncError):
    """The deployment failed."""

    @property
    def status_code(self) -> int | None:
        """The HTTP status, if it was one that says failure."""
        return self.details.get("status_code")


class TemporaryServerError(ServerError):
    """The deployment is overloaded, restarting, or stumbled."""

    retryable = True

    @property
    def retry_after(self) -> float | None:
        """Seconds after which the deployment asks to be called again."""
        return self.details.get("retry_after")


class FunctionsMissingError(ServerError):
    """The deployment has none of the functions of jobsync."""


class BackendOutdatedError(ServerError):
    """The deployment's functions are older than this package."""


class ClientOutdatedError(ServerError):
    """This package is older than the deployment's functions."""


class OutboxError(JobsyncError):
    """What is sent in the background did not get there."""


class OutboxUnusableError(OutboxError):
    """The file of the outbox cannot be read or written."""


class OutboxFullError(OutboxError):
    """More waits to be sent than the outbox may hold."""


class NotDeliveredError(OutboxError):
    """The time was up before the deployment had it. It is kept in the outbox, and sent later."""

    retryable = True


class ParkedError(OutboxError):
    """The deployment refused something for good: `jobsync outbox list` shows it."""


class UploadError(JobsyncError):
    """A file could not be stored."""


class FileMissingError(UploadError):
    """No file has this path."""


class FileIsFolderError(UploadError):
    """The path is a folder's."""


class FileUnreadableError(UploadError):
    """The file is there but cannot be read."""


class FileChangedError(UploadError):
    """The file changed while it was read or sent."""


class FileVanishedError(UploadError):
    """The file was removed or replaced while it was read or sent."""


class DownloadError(JobsyncError):
    """A file could not be fetched, or is not what it should be."""


_BY_CODE: dict[str, type[JobsyncError]] = {
    "unauthenticated": AuthenticationError,
    "token_invalid": AuthenticationError,
    "token_expired": TokenExpiredError,
    "forbidden": PermissionDeniedError,
    "not_configured": NotConfiguredError,
    "invalid_field": InvalidFieldError,
    "unknown_status": UnknownStatusError,
    "too_large": TooLargeError,
    "job_not_found": JobNotFoundError,
    "file_not_found": UploadError,
    "file_mismatch": UploadError,
    "busy": TemporaryServerError,
    "job_canceled": JobCanceled,
    "job_not_yours": JobEndedError,
}


def from_data(data: Mapping[str, Any]) -> JobsyncError:
    """Turn the data of a ConvexError, or a receipt's error, into the exception for its code."""
    code = data.get("code")
    kind = _BY_CODE.get(code, ServerError) if isinstance(code, str) else ServerError
    message = data.get("message")
    return kind(message if isinstance(message, str) else f"The deployment refused: {code}", data)
