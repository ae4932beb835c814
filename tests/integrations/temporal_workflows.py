"""The workflow that `test_temporal.py` starts: one activity, as it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy

QUEUE = "books"


@workflow.defn
class Book:
    @workflow.run
    async def run(self, name: str, args: list[Any], attempts: int, silence: float) -> Any:
        """Run an activity; `silence` is its heartbeat timeout."""
        return await workflow.execute_activity(
            name,
            args=args,
            start_to_close_timeout=timedelta(seconds=60),
            heartbeat_timeout=timedelta(seconds=silence),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(milliseconds=100), maximum_attempts=attempts
            ),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )
