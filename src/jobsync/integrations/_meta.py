"""What a task says of its progress in its tool's way, said of its job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobsync import TrackedJob

COMPLETED = ("completed", "current", "done")
PERCENT = ("percent", "progress")
MESSAGE = ("message", "description", "status")

LONGEST_MESSAGE = 4000
LONGEST_STAGE = 256


def tell(job: TrackedJob, meta: Mapping[str, Any], stage: str | None = None) -> None:
    """Say of a job what a mapping says of it, in the words that are usual there; others are not.

    A stage that the mapping names counts before the other one.
    """
    stage = meta.get("stage") or stage
    message = _first(meta, MESSAGE)
    job.progress(
        _number(_first(meta, PERCENT), most=100),
        completed=_number(_first(meta, COMPLETED)),
        total=_number(meta.get("total")),
        message=None if message is None else str(message)[:LONGEST_MESSAGE],
        stage=None if stage is None else str(stage)[:LONGEST_STAGE],
    )


def _first(meta: Mapping[str, Any], words: tuple[str, ...]) -> Any:
    return next((meta[word] for word in words if meta.get(word) is not None), None)


def _number(value: Any, most: float = float("inf")) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if 0 <= value <= most else None
