"""The job store of an image service: one JSON file a job on disk, mirrored to Convex."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import ConvexSync


@dataclass
class ComponentJob:
    """The record of one image component, as the service writes it to `job.json`."""

    id: str
    name: str
    type: str
    prompt: str
    style_context: str
    layout_intent: str
    status: str = "queued"
    progress_stage: str = "queued"
    render_size_hint: dict[str, int] | None = None
    component: dict[str, Any] | None = None
    telemetry: dict[str, Any] | None = None
    error: str | None = None
    retry_after: float | None = None


class JobStore:
    """Jobs as folders: `job.json` beside `studio/`, `outputs/` and `trace/`."""

    def __init__(self, root: Path, sync: ConvexSync) -> None:
        self._root = root
        self._sync = sync

    def create_job(self, job: ComponentJob) -> None:
        """Make the job's folders and its first record."""
        for part in ("studio", "outputs", "trace"):
            (self.folder(job.id) / part).mkdir(parents=True)
        self.save_job(job)

    def save_job(self, job: ComponentJob) -> None:
        """Write the record on disk, then to Convex; what cannot be stored there raises."""
        record = asdict(job)
        self.record_file(job.id).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        self._sync.upsert_job(record)

    def folder(self, job_id: str) -> Path:
        """Where the files of a job are."""
        return self._root / job_id

    def record_file(self, job_id: str) -> Path:
        """Where the record of a job is."""
        return self.folder(job_id) / "job.json"
