"""Files on their way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import ConnectionFailedError, FileChangedError, UploadError
from jobsync.outbox.awaited import Awaited
from jobsync.outbox.pending_file import PendingFile, file_state
from jobsync.outbox.upload_pool import MOST_AT_ONCE
from tests.unit.answering import GUARD, Answering
from tests.unit.outbox.opened import event, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jobsync.outbox.rows import NewRow


class Storing(Answering):
    """Stores a file when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)
        self.let = threading.Semaphore(0)
        self.at_once = self.most_at_once = 0
        self.errors: list[Exception] = []

    def store(self, file: PendingFile) -> dict[str, Any]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.begun.release()
        assert self.let.acquire(timeout=GUARD)
        self.at_once -= 1
        if self.errors:
            raise self.errors.pop()
        return super().store(file)


@pytest.fixture
def there() -> Iterator[Storing]:
    there = Storing()
    yield there
    there.let.release(100)
    there.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("x")
    return path


def given(path: Path, job: str = "a", name: str = "f") -> NewRow:
    return PendingFile(job, str(path), *file_state(str(path)), "output", name).to_row()


def test_some_are_sent_at_once(there: Storing, path: Path) -> None:
    """Not more than so many; those that follow take their places."""
    there.courier.append([given(path, name=str(n)) for n in range(10)])
    for _ in range(MOST_AT_ONCE):
        assert there.begun.acquire(timeout=GUARD)
    there.let.release(10)
    assert there.courier.flush(GUARD)

    assert there.most_at_once == MOST_AT_ONCE
    assert [each["filename"] for each in there.commands] == [str(n) for n in range(10)]


def test_the_job_waits_for_its_file_and_others_do_not(there: Storing, path: Path) -> None:
    """What comes after is sent after."""
    there.courier.append([given(path), said("complete"), event(1, "b")])
    assert there.begun.acquire(timeout=GUARD)
    there.wait_for(jobId="b")
    assert [each["jobId"] for each in there.commands] == ["b"]
    there.let.release()
    assert there.courier.flush(GUARD)

    assert there.kinds()[1:] == ["asset", "complete"]


def test_an_outage_is_waited_for(
    there: Storing, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once."""
    there.errors = [ConnectionFailedError("down"), ConnectionFailedError("down")]
    there.let.release(10)
    there.courier.append([given(path)])
    assert there.courier.flush(GUARD)

    assert there.kinds() == ["asset"]
    assert len(caplog.records) == 1


@pytest.mark.parametrize("error", [UploadError("too odd"), RuntimeError("too odd")])
def test_what_cannot_be_sent_is_parked(there: Storing, path: Path, error: Exception) -> None:
    """The job goes on without it."""
    there.errors = [error]
    there.let.release(10)
    there.courier.append([given(path), said("complete")])
    assert there.courier.flush(GUARD)

    assert there.kinds() == ["complete"]
    assert there.courier.stats().parked == 1


def test_a_file_that_changed_is_not_sent(there: Storing, path: Path) -> None:
    """Whoever waits for it hears why."""
    awaited = Awaited()
    row = given(path)
    path.write_text("more")
    there.courier.append([row], awaited)
    assert there.courier.flush(GUARD)

    assert there.stored == []
    with pytest.raises(FileChangedError, match="had 1 bytes"):
        awaited.receipt()
