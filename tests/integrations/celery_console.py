"""What a person asks of Celery: a line of JSON in, a line of JSON out. Runs where Celery is."""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.integrations.celery_tasks import app

GUARD = 60.0


def send(task: str, params: dict[str, Any]) -> str:
    """Send a task; return its id."""
    return str(app.tasks[task].delay(**params).id)


def terminate(task_id: str) -> None:
    app.control.revoke(task_id, terminate=True)


def revoke(task_id: str) -> None:
    app.control.revoke(task_id)


def end(task_id: str) -> str:
    """Wait for the end of a task; return Celery's word for it."""
    result = app.AsyncResult(task_id)
    result.get(timeout=GUARD, propagate=False)
    return str(result.state)


for line in sys.stdin:
    verb, *words = json.loads(line)
    print(json.dumps({"answer": globals()[verb](*words)}), flush=True)
