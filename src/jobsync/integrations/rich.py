"""`from jobsync.integrations.rich import Progress`: bars that also move on the page of the job."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from rich import progress

from jobsync import JobCanceled, current_job

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_STAGE = 256


class Progress(progress.Progress):
    """A `rich.progress.Progress` that tells the job that it is made in how far its tasks are.

    The job's progress is that of all tasks together, its stage the description of the task that
    moved last. A job that was asked to stop stops where the thread that made this moves a task,
    with `JobCanceled`.
    """

    def __init__(self, *columns: str | progress.ProgressColumn, **options: Any) -> None:
        self._job = current_job()
        self._maker = threading.get_ident()
        super().__init__(*columns, **options)

    def add_task(
        self,
        description: str,
        start: bool = True,
        total: float | None = 100.0,
        completed: int = 0,
        visible: bool = True,
        **fields: Any,
    ) -> progress.TaskID:
        """Add a task."""
        task = super().add_task(description, start, total, completed, visible, **fields)
        self._tell(task)
        return task

    def advance(self, task_id: progress.TaskID, advance: float = 1) -> None:
        """Move a task on."""
        super().advance(task_id, advance)
        self._tell(task_id)

    def update(self, task_id: progress.TaskID, **changes: Any) -> None:
        """Change a task."""
        super().update(task_id, **changes)
        self._tell(task_id)

    def track(
        self, sequence: Iterable[progress.ProgressType], *args: Any, **options: Any
    ) -> Iterable[progress.ProgressType]:
        """Go through something, and count the items."""
        for item in super().track(sequence, *args, **options):
            yield item
            # A thread of rich counts; it is this one that can be stopped.
            if self._job is not None and self._job.cancel_requested:
                self._job.progress()

    def _tell(self, moved: progress.TaskID) -> None:
        if self._job is None:
            return
        tasks = self.tasks
        totals = [task.total for task in tasks]
        stage = next((task.description for task in tasks if task.id == moved), "")
        try:
            self._job.progress(
                completed=sum(max(task.completed, 0) for task in tasks),
                total=None if None in totals else sum(total or 0 for total in totals),
                stage=stage[:LONGEST_STAGE] or None,
            )
        except JobCanceled:
            if threading.get_ident() == self._maker:
                raise
