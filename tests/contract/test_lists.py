"""Finding jobs and counting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jobsync import ConvexSync, InvalidFieldError, JobNotFoundError, PermissionDeniedError

if TYPE_CHECKING:
    from tests.conftest import Deployment


@pytest.fixture
def owner(job_id: str) -> str:
    """Return an owner whom no other test has."""
    return f"owner-{job_id}"


def create(sync: ConvexSync, owner: str, suffix: str, **fields: Any) -> str:
    """Create a job of an owner and return its id."""
    receipt = sync.create_job("render", owner=owner, job_id=f"{owner}-{suffix}", **fields)
    return str(receipt.job_id)


def test_jobs_are_listed_newest_first(sync: ConvexSync, owner: str) -> None:
    """All of them, on however many pages they are."""
    created = [create(sync, owner, f"{number}") for number in range(230)]

    assert [job.job_id for job in sync.list_jobs(owner=owner)] == created[::-1]


def test_a_list_has_what_its_filters_say(sync: ConvexSync, owner: str) -> None:
    """Each filter alone, and several at once."""
    plain = create(sync, owner, "plain")
    tagged = create(sync, owner, "tagged", tags=[owner, "x"], source=f"s-{owner}")
    child = create(sync, owner, "child", parent=plain, tags=[owner])
    other_type = str(sync.create_job(f"type-{owner}", owner=owner).job_id)
    sync.start_job(tagged)

    def listed(**filters: Any) -> set[str]:
        return {job.job_id for job in sync.list_jobs(**filters)}

    assert listed(owner=owner) == {plain, tagged, child, other_type}
    assert listed(type=f"type-{owner}") == {other_type}
    assert listed(tag=owner) == {tagged, child}
    assert listed(source=f"s-{owner}") == {tagged}
    assert listed(parent=plain) == {child}
    assert listed(owner=owner, state="running") == {tagged}
    assert listed(owner=owner, state="queued") == {plain, child, other_type}
    assert listed(tag=owner, state="queued") == {child}
    assert listed(owner=owner, type="render", tag="x", state="running") == {tagged}
    assert listed(owner=owner, state="failed") == set()
    assert listed(owner=owner, text="TAGG") == {tagged}
    assert listed(owner=owner, text="tagg", state="queued") == set()


def test_a_job_in_a_list_says_what_a_row_needs(sync: ConvexSync, owner: str) -> None:
    """Who it is and how it stands, not what it holds."""
    job_id = create(sync, owner, "a", name="A", tags=["x"], max_attempts=2, record={"idea": "x"})
    sync.start_job(job_id)
    sync.fail_job(job_id, "no disk", retryable=False)
    (job,) = sync.list_jobs(owner=owner)

    assert (job.job_id, job.type, job.name, job.tags) == (job_id, "render", "A", ("x",))
    assert (job.state, job.attempt, job.max_attempts, job.finished) == ("failed", 1, 2, True)
    assert job.error_message == "no disk"
    assert job.started_at is not None
    assert "idea" not in job.model_dump()


def test_active_jobs_are_those_that_have_not_ended(sync: ConvexSync, owner: str) -> None:
    """What is queued for another attempt is among them."""
    names = ["queued", "running", "retried", "done", "failed", "canceled"]
    ids = {name: create(sync, owner, name, max_attempts=2) for name in names}
    for name in names[1:]:
        sync.start_job(ids[name])
    sync.fail_job(ids["retried"])
    sync.complete_job(ids["done"])
    sync.fail_job(ids["failed"], retryable=False)
    sync.cancel_job(ids["canceled"], done=True)

    assert [job.job_id for job in sync.active_jobs(owner=owner)] == [
        ids[name] for name in ("retried", "running", "queued")
    ]


def test_the_jobs_of_a_source_and_the_latest_of_them(sync: ConvexSync, owner: str) -> None:
    """A document that is ingested again has another job, and the newest one counts."""
    assert sync.latest_of_source(owner) is None
    created = [create(sync, owner, f"{number}", source=owner) for number in range(3)]
    latest = sync.latest_of_source(owner)

    assert latest is not None
    assert latest.job_id == created[-1]
    assert [job.job_id for job in sync.jobs_of_source(owner)] == created[::-1]


def test_jobs_are_counted_by_state(sync: ConvexSync, owner: str) -> None:
    """Every move from state to state is counted once, however often it is sent."""
    ids = [create(sync, owner, f"{number}") for number in range(4)]
    for job_id in ids[:3]:
        sync.start_job(job_id)
        sync.start_job(job_id)
    sync.complete_job(ids[0])
    sync.complete_job(ids[0])
    sync.fail_job(ids[1])
    sync.retry_job(ids[1])
    counts = sync.stats(owner=owner)

    assert counts.model_dump() == {
        "queued": 2,
        "running": 1,
        "lost": 0,
        "succeeded": 1,
        "failed": 0,
        "canceled": 0,
    }
    assert counts.total == 4
    assert sync.stats(owner=owner, type="render") == counts
    assert sync.stats(owner=owner, type="other").total == 0


def test_jobs_of_a_type_and_all_jobs_are_counted(sync: ConvexSync, owner: str) -> None:
    """A filter that is not given leaves nothing out."""
    before = sync.stats().total
    for _ in range(2):
        sync.create_job(owner)

    assert sync.stats(type=owner).queued == 2
    assert sync.stats().total >= before + 2


def test_a_job_is_as_far_as_its_children(sync: ConvexSync, owner: str) -> None:
    """The mean of their progress, where what has succeeded counts as done."""
    parent = create(sync, owner, "parent")
    assert sync.rollup(parent).progress is None
    done, half, _ = (create(sync, owner, f"{n}", parent=parent) for n in range(3))
    sync.complete_job(done)
    sync.start_job(half)
    sync.update_progress(half, 50)
    rollup = sync.rollup(parent)

    assert (rollup.progress, rollup.partial) == (50, False)
    assert (rollup.counts.succeeded, rollup.counts.running, rollup.counts.queued) == (1, 1, 1)
    with pytest.raises(JobNotFoundError):
        sync.rollup(f"no-{parent}")


def test_a_state_that_does_not_exist_is_refused(sync: ConvexSync) -> None:
    """The error names the filter."""
    with pytest.raises(InvalidFieldError) as caught:
        next(sync.list_jobs(state="done"))  # type: ignore[arg-type]

    assert caught.value.field == "state"


def test_a_filter_that_is_not_text_is_refused_at_once(sync: ConvexSync) -> None:
    """Not only when the first job is asked for."""
    with pytest.raises(InvalidFieldError, match="owner"):
        sync.list_jobs(owner=3)  # type: ignore[arg-type]


def test_a_token_of_one_owner_lists_no_others(
    deployment: Deployment, sync: ConvexSync, owner: str
) -> None:
    """Neither their jobs nor their counts."""
    create(sync, owner, "mine")
    token = sync.token("read", owner=owner)
    with ConvexSync(deployment.url, token=token) as narrow:
        assert len(list(narrow.list_jobs(owner=owner))) == 1
        assert narrow.stats(owner=owner).queued == 1
        with pytest.raises(PermissionDeniedError):
            next(narrow.list_jobs())
        with pytest.raises(PermissionDeniedError):
            narrow.stats(owner="other")
