"""Durable, live and complete jobs of Python pipelines, kept in Convex."""

from typing import TYPE_CHECKING, Any

from ._claimed import ClaimedJob
from ._upload import Upload
from .client import ConvexSync
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
from .job import TrackedJob, current_job
from .outbox.outbox_file import OutboxFile, Waiting
from .outbox.rows import Parked
from .outbox.stats import DeliveryStats
from .settings import FoundSettings, Setting, find_settings
from .worker import Worker

if TYPE_CHECKING:
    from .aio import AsyncConvexSync
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


def __getattr__(name: str) -> Any:
    """Import late what takes longer than all the rest: pydantic for the models, and asyncio."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "AsyncConvexSync":
        from .aio import AsyncConvexSync

        return AsyncConvexSync
    from . import models

    return getattr(models, name)


def __dir__() -> list[str]:
    return __all__
