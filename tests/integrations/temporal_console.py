"""What a person asks of Temporal: a line of JSON in, a line of JSON out. Runs where Temporal is."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import uuid
from typing import Any

from temporalio.client import Client, WorkflowFailureError

from tests.integrations.temporal_workflows import QUEUE, Book


class Console:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def send(
        self, activity: str, params: list[Any], attempts: int, silence: float
    ) -> list[str]:
        """Start a workflow of one activity; return the ids of the workflow and of its run."""
        handle = await self._client.start_workflow(
            Book.run,
            args=[activity, params, attempts, silence],
            id=f"book-{uuid.uuid4()}",
            task_queue=QUEUE,
        )
        return [handle.id, str(handle.result_run_id)]

    async def cancel(self, workflow_id: str) -> None:
        await self._client.get_workflow_handle(workflow_id).cancel()

    async def end(self, workflow_id: str) -> str:
        """Wait for the end of a workflow; return its result, or why it has none."""
        try:
            return str(await self._client.get_workflow_handle(workflow_id).result())
        except WorkflowFailureError as failure:
            cause = failure.cause.__cause__ or failure.cause
            return str(getattr(cause, "type", None) or type(cause).__name__)


async def main() -> None:
    console = Console(await Client.connect(os.environ["TEST_TEMPORAL"]))
    for line in sys.stdin:
        verb, *words = json.loads(line)
        print(json.dumps({"answer": await getattr(console, verb)(*words)}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
