"""Durable, live and complete jobs of Python pipelines, kept in Convex."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import (
    AccessError,
    AssetNotFoundError,
    AuthenticationError,
    BackendOutdatedError,
    CallerError,
    ClientOutdatedError,
    ClosedError,
    ConnectionFailedError,
    DownloadError,
    FileChangedError,
    FileIsFolderError,
    FileMissingError,
    FileUnreadableError,
    FileVanishedError,
    FunctionsMissingError,
    InvalidFieldError,
    JobCanceled,
    JobEndedError,
    JobNotFoundError,
    JobsyncError,
    LiveUpdatesError,
    LocalDeploymentError,
    NotConfiguredError,
    NotDeliveredError,
    NotFoundError,
    OutboxError,
    OutboxFullError,
    OutboxUnusableError,
    ParkedError,
    PermissionDeniedError,
    RequestTimeoutError,
    ServerError,
    SettingsError,
    TemporaryServerError,
    TokenExpiredError,
    TooLargeError,
    TransportError,
    UnexpectedResponseError,
    UnknownStatusError,
    UploadError,
    WaitTimeoutError,
)

if TYPE_CHECKING:
    from ._claimed import ClaimedJob
    from ._upload import Upload
    from .aio import AsyncConvexSync
    from .client import ConvexSync
    from .job import TrackedJob, current_job
    from .models import (
        Asset,
        AssetPart,
        Event,
        Handshake,
        Job,
        JobCounts,
        JobSummary,
        PublicAsset,
        PublicJob,
        Receipt,
        RetentionRule,
        Rollup,
        Run,
        Share,
        State,
    )
    from .outbox.outbox_file import OutboxFile, Waiting
    from .outbox.rows import Parked
    from .outbox.stats import DeliveryStats
    from .settings import FoundSettings, Setting, find_settings
    from .worker import Worker

__all__ = [
    "AccessError",
    "Asset",
    "AssetNotFoundError",
    "AssetPart",
    "AsyncConvexSync",
    "AuthenticationError",
    "BackendOutdatedError",
    "CallerError",
    "ClaimedJob",
    "ClientOutdatedError",
    "ClosedError",
    "ConnectionFailedError",
    "ConvexSync",
    "DeliveryStats",
    "DownloadError",
    "Event",
    "FileChangedError",
    "FileIsFolderError",
    "FileMissingError",
    "FileUnreadableError",
    "FileVanishedError",
    "FoundSettings",
    "FunctionsMissingError",
    "Handshake",
    "InvalidFieldError",
    "Job",
    "JobCanceled",
    "JobCounts",
    "JobEndedError",
    "JobNotFoundError",
    "JobSummary",
    "JobsyncError",
    "LiveUpdatesError",
    "LocalDeploymentError",
    "NotConfiguredError",
    "NotDeliveredError",
    "NotFoundError",
    "OutboxError",
    "OutboxFile",
    "OutboxFullError",
    "OutboxUnusableError",
    "Parked",
    "ParkedError",
    "PermissionDeniedError",
    "PublicAsset",
    "PublicJob",
    "Receipt",
    "RequestTimeoutError",
    "RetentionRule",
    "Rollup",
    "Run",
    "ServerError",
    "Setting",
    "SettingsError",
    "Share",
    "State",
    "TemporaryServerError",
    "TokenExpiredError",
    "TooLargeError",
    "TrackedJob",
    "TransportError",
    "UnexpectedResponseError",
    "UnknownStatusError",
    "Upload",
    "UploadError",
    "WaitTimeoutError",
    "Waiting",
    "Worker",
    "current_job",
    "find_settings",
]


_MODULES = {
    "AsyncConvexSync": "aio",
    "ClaimedJob": "_claimed",
    "ConvexSync": "client",
    "DeliveryStats": "outbox.stats",
    "FoundSettings": "settings",
    "OutboxFile": "outbox.outbox_file",
    "Parked": "outbox.rows",
    "Setting": "settings",
    "TrackedJob": "job",
    "Upload": "_upload",
    "Waiting": "outbox.outbox_file",
    "Worker": "worker",
    "current_job": "job",
    "find_settings": "settings",
}
"""Where a name is that is not an error; those that are not listed are models."""


if not TYPE_CHECKING:
    # Hidden, so that a misspelt name is an error before the program runs.

    def __getattr__(name: str) -> Any:
        """Import a name when it is first used: the pytest plugin is loaded in every test run."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f".{_MODULES.get(name, 'models')}", __name__)
        value = globals()[name] = getattr(module, name)
        return value


def __dir__() -> list[str]:
    return __all__
