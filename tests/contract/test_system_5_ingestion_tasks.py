"""System 5: an organisation's ingestion tasks, moved by the steps of another engine's workflows."""

from __future__ import annotations

import uuid
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync import ConvexSync, Job, State
    from tests.conftest import Deployment

STEPS = (10, 20, 40, 50, 80, 95, 100)

WORDS: dict[State, str] = {
    "queued": "pending",
    "running": "processing",
    "lost": "processing",
    "succeeded": "completed",
    "failed": "failed",
}


class Tasks:
    """The organisation app's own tasks. Each method is called by a step of a workflow, anywhere."""

    def __init__(self, sync: ConvexSync) -> None:
        self._sync = sync

    def created(self, kind: str, organisation: str, source: str, max_attempts: int = 3) -> str:
        receipt = self._sync.create_job(
            kind,
            owner=organisation,
            source=source,
            max_attempts=max_attempts,
            record={"status": "pending"},
        )
        return str(receipt.job_id)

    def started(self, task: str, run_id: str) -> int:
        self._sync.set_run(task, system="workflow", id=run_id)
        return int(self._sync.start_job(task).attempt or 0)

    def reached(self, task: str, percent: float) -> None:
        self._sync.update_progress(task, percent)

    def completed(self, task: str) -> None:
        self._sync.complete_job(task)

    def failed(self, task: str, error: str) -> bool:
        """Return whether the workflow is to try again."""
        return self._sync.fail_job(task, error).state == "queued"

    def of(self, organisation: str, status: str | None = None) -> list[str]:
        states = [state for state, word in WORDS.items() if status in {None, word}]
        lists = [self._sync.list_jobs(owner=organisation, state=state) for state in states]
        jobs = sorted(chain(*lists), key=lambda job: job.created_at, reverse=True)
        return [job.job_id for job in jobs]

    def counts(self, organisation: str) -> dict[str, int]:
        counts = self._sync.stats(owner=organisation)
        words = Counter[str]()
        for state, word in WORDS.items():
            words[word] += getattr(counts, state)
        return dict(words)

    def latest(self, source: str) -> str | None:
        job = self._sync.latest_of_source(source)
        return None if job is None else job.job_id

    def get(self, task: str) -> Job:
        job = self._sync.fetch_job(task)
        assert job is not None
        return job

    def status(self, task: str) -> str:
        return WORDS[self.get(task).state]


@pytest.fixture
def tasks(deployment: Deployment) -> Iterator[Tasks]:
    """Return the app's tasks."""
    with deployment.sync() as sync:
        yield Tasks(sync)


@pytest.fixture
def organisation() -> str:
    """Return an organisation that no other test has."""
    return f"org-{uuid.uuid4()}"


def test_an_ingestion_from_start_to_end(tasks: Tasks, organisation: str) -> None:
    """Created, started with the run that works on it, its percentages in turn, completed."""
    task = tasks.created("file", organisation, "doc-17")
    assert tasks.status(task) == "pending"
    assert tasks.get(task).status == "pending"
    assert tasks.started(task, "run-1") == 1
    assert tasks.status(task) == "processing"
    for percent in STEPS:
        tasks.reached(task, percent)
        assert tasks.get(task).progress == percent
    tasks.completed(task)
    job = tasks.get(task)

    assert tasks.status(task) == "completed"
    assert (job.type, job.owner, job.source, job.max_attempts) == (
        "file",
        organisation,
        "doc-17",
        3,
    )
    assert job.run is not None
    assert (job.run.system, job.run.id) == ("workflow", "run-1")
    assert job.started_at is not None
    assert job.finished_at is not None


def test_an_ingestion_is_retried_while_attempts_remain(tasks: Tasks, organisation: str) -> None:
    """Each start counts; the last failure is final, and its message is there for the users."""
    task = tasks.created("site", organisation, "https://example.test", max_attempts=3)
    history = []
    again = True
    while again:
        attempt = tasks.started(task, f"run-{len(history) + 1}")
        tasks.reached(task, 20)
        again = tasks.failed(task, f"site was down in attempt {attempt}")
        history.append((attempt, tasks.status(task)))
    job = tasks.get(task)

    assert history == [(1, "pending"), (2, "pending"), (3, "failed")]
    assert job.error == "site was down in attempt 3"
    assert job.run is not None
    assert job.run.id == "run-3"


def test_a_step_that_the_engine_repeats_changes_nothing(tasks: Tasks, organisation: str) -> None:
    """Workflow engines run a step again when they do not know whether it was done."""
    task = tasks.created("file", organisation, "doc-17")
    assert [tasks.started(task, "run-1") for _ in range(2)] == [1, 1]
    for _ in range(2):
        tasks.reached(task, 40)
    tasks.completed(task)
    before = tasks.get(task)
    tasks.completed(task)
    tasks.reached(task, 50)

    assert tasks.get(task) == before


def test_the_users_of_an_organisation_see_their_tasks(tasks: Tasks, organisation: str) -> None:
    """All of them or those of one status, newest first; how many; and the task of a document."""
    document = f"doc-{organisation}"
    ids = [tasks.created("file", organisation, document, max_attempts=1) for _ in range(5)]
    tasks.created("file", f"other-{organisation}", document)
    for task in ids[1:]:
        tasks.started(task, "run")
    tasks.completed(ids[2])
    tasks.completed(ids[3])
    tasks.failed(ids[4], "unreadable")
    latest = tasks.created("file", organisation, document)

    assert tasks.of(organisation) == [latest, *ids[::-1]]
    assert tasks.of(organisation, "completed") == [ids[3], ids[2]]
    assert tasks.of(organisation, "pending") == [latest, ids[0]]
    assert tasks.counts(organisation) == {
        "pending": 2,
        "processing": 1,
        "completed": 2,
        "failed": 1,
    }
    assert tasks.latest(document) == latest
    assert tasks.latest(f"no-{document}") is None
