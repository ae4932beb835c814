"""What is delivered in the background arrives once and in order, whatever happens on the way."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import (
    AsyncConvexSync,
    ConvexSync,
    FileChangedError,
    OutboxFullError,
    OutboxUnusableError,
    Parked,
    ParkedError,
)
from tests.contract.background import CHILDREN, EVENTS, EVENTS_OF_A_CHILD
from tests.contract.following import GUARD, stored
from tests.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobsync.testing import LocalDeployment
    from tests.conftest import Deployment
    from tests.contract.conftest import Programs

    Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(programs: Programs) -> Start:
    """Return what starts a pipeline as a process of its own."""

    def start(name: str, job_id: str, there: Deployment | None = None) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return programs.start("background", name, job_id, there=there, **pipes)

    return start


@pytest.fixture
def background(deployment: Deployment) -> Iterator[ConvexSync]:
    """Return a client that waits for nothing."""
    with deployment.sync(delivery="background") as background:
        yield background


@contextmanager
def away(own: LocalDeployment) -> Iterator[None]:
    """Have no deployment for a while."""
    own.kill()
    yield
    own.start()


def payloads(sync: ConvexSync, job_id: str, kind: str = "step") -> list[Any]:
    return [event.payload for event in sync.list_events(job_id) if event.kind == kind]


def test_each_call_returns_at_once_and_arrives(
    background: ConvexSync, sync: ConvexSync, job_id: str
) -> None:
    """In the order of the calls."""
    receipts = [
        background.upsert_job({"id": job_id, "idea": "a game", "max_attempts": 2}),
        background.start_job(job_id),
        background.update_progress(job_id, 10, message="m"),
        background.update_progress(job_id, 20),
        *(background.record_event(job_id, "step", n) for n in range(5)),
        background.set_run(job_id, system="celery", id="7"),
        background.fail_job(job_id, "no luck", retry_after=0),
        background.start_job(job_id),
        background.update_progress(job_id, 5),
        background.complete_job(job_id, {"n": 1}),
    ]
    assert background.flush(GUARD)
    job = stored(sync, job_id)

    assert {(receipt.outcome, receipt.job_id) for receipt in receipts} == {("queued", job_id)}
    assert (job.state, job.attempt, job.result, job["idea"]) == (
        "succeeded",
        2,
        {"n": 1},
        "a game",
    )
    assert job.progress == 5
    assert payloads(sync, job_id) == list(range(5))


def test_a_job_in_the_background_is_as_one_that_is_waited_for(
    background: ConvexSync, sync: ConvexSync, tmp_path: Path
) -> None:
    """Its beginning, what it says, its files and its end arrive in this order."""
    path = tmp_path / "out.txt"
    path.write_text("here")
    with background.job("render", owner="org-3") as job:
        for n in job.track(range(10), stage="drawing"):
            job.event("step", n)
        upload = job.upload(path)
        job.result = "done"
    assert upload.wait(GUARD).filename == "out.txt"
    assert background.flush(GUARD)
    found = stored(sync, job.job_id)

    assert (found.state, found.result, found.progress, found.stage) == (
        "succeeded",
        "done",
        100,
        "drawing",
    )
    assert payloads(sync, job.job_id) == list(range(10))
    assert [asset.filename for asset in sync.list_assets(job.job_id)] == ["out.txt"]


def test_a_cell_that_is_run_again_is_the_next_attempt(
    background: ConvexSync, sync: ConvexSync, job_id: str
) -> None:
    """A notebook runs the same job in the same process again, and again."""

    def cell(n: int) -> None:
        with background.job("cell", job_id=job_id, max_attempts=3) as job:
            job.progress(n)
            job.event("step", n)
            raise ValueError("oops")

    for n in range(3):
        with pytest.raises(ValueError, match="oops"):
            cell(n)
    assert background.flush(GUARD)

    assert (stored(sync, job_id).state, stored(sync, job_id).attempt) == ("failed", 3)
    assert payloads(sync, job_id) == [0, 1, 2]


def test_a_deployment_that_is_killed_and_comes_back_has_everything(
    own: LocalDeployment, job_id: str
) -> None:
    """Once, and in order; the work has noticed nothing."""
    with own.sync(delivery="background", flush_interval=0.01) as sync:
        with sync.job("render", job_id=job_id) as job:
            for n in range(300):
                if n in {100, 200}:
                    own.kill()
                if n in {150, 250}:
                    own.start()
                job.event("step", n)
                job.progress(n / 3)
        assert sync.flush(GUARD)
        found = stored(sync, job_id)

        assert (found.state, round(found.progress or 0)) == ("succeeded", 100)
        assert payloads(sync, job_id) == list(range(300))


def test_answers_that_are_lost_double_nothing(
    deployment: Deployment, sync: ConvexSync, job_id: str
) -> None:
    """A batch that is sent again has the numbers that it had."""
    with (
        Proxy(deployment.url) as proxy,
        deployment.sync(session=proxy.session(), delivery="background", max_retries=0) as shaky,
    ):
        shaky.create_job("t", job_id=job_id)
        for n in range(20):
            proxy.cuts = n % 3
            shaky.record_event(job_id, "step", n)
            assert shaky.flush(GUARD)

    assert payloads(sync, job_id) == list(range(20))


def test_what_a_killed_process_has_said_is_sent_by_the_next(
    own: LocalDeployment, start: Start, job_id: str
) -> None:
    """Kill -9 with the deployment away: all that was said before is there."""
    with away(own):
        pipeline = start("killed", job_id, own)
        assert pipeline.stdout is not None
        assert pipeline.stdout.readline() == "said\n"
        pipeline.kill()
        pipeline.wait()
    with own.sync() as heir:
        assert heir.flush(GUARD)
        job = stored(heir, job_id)

        assert (job.state, job.progress, job.message) == ("running", 40, "so far")
        assert job["idea"] == "a game"
        assert payloads(heir, job_id) == list(range(EVENTS))


def test_a_process_that_ends_during_an_outage_leaves_the_rest_to_the_next(
    own: LocalDeployment, start: Start, job_id: str
) -> None:
    """It does not wait longer than it may, and says what it leaves."""
    with away(own):
        pipeline = start("whole", job_id, own)
        _, said = pipeline.communicate(timeout=GUARD)
    assert pipeline.returncode == 0
    assert "jobsync outbox flush" in said
    with own.sync() as heir:
        assert heir.flush(GUARD)

        assert stored(heir, job_id).result == "all of it"
        assert payloads(heir, job_id) == list(range(EVENTS))


def test_a_process_that_ends_has_sent_everything(
    sync: ConvexSync, start: Start, job_id: str
) -> None:
    """Though nobody has closed its client."""
    pipeline = start("whole", job_id)
    _, said = pipeline.communicate(timeout=GUARD)

    assert (pipeline.returncode, said) == (0, "")
    assert stored(sync, job_id).state == "succeeded"
    assert payloads(sync, job_id) == list(range(EVENTS))


def test_eight_children_of_a_fork_lose_and_double_nothing(
    sync: ConvexSync, start: Start, job_id: str
) -> None:
    """Forked while the parent delivers; half of them end without another word."""
    pipeline = start("forking", job_id)
    _, said = pipeline.communicate(timeout=GUARD)
    assert pipeline.returncode == 0, said
    events = [(event.kind, event.payload) for event in sync.list_events(job_id)]
    of_parent = [payload for kind, payload in events if kind == "parent"]

    assert sorted(event for event in events if event[0] != "parent") == [
        (f"child {number}", n) for number in range(CHILDREN) for n in range(EVENTS_OF_A_CHILD)
    ]
    assert of_parent == list(range(len(of_parent)))
    assert stored(sync, job_id).state == "succeeded"


def test_processes_of_a_pool_send_before_they_end(
    sync: ConvexSync, start: Start, job_id: str
) -> None:
    """Forked or spawned."""
    pipeline = start("pooled", job_id)
    _, said = pipeline.communicate(timeout=GUARD)
    assert pipeline.returncode == 0, said

    for method in ("fork", "spawn"):
        assert payloads(sync, job_id, method) == list(range(EVENTS_OF_A_CHILD))


def test_clients_share_a_file(deployment: Deployment, sync: ConvexSync, job_id: str) -> None:
    """Each of many threads and clients at once keeps its order."""
    sync.create_job("t", job_id=job_id)
    with (
        deployment.sync(delivery="background") as one,
        deployment.sync(delivery="background") as two,
    ):

        def work(number: int) -> None:
            for n in range(50):
                (one, two)[number % 2].record_event(job_id, f"thread {number}", n)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert one.flush(GUARD)
        assert two.flush(GUARD)

    for number in range(8):
        assert payloads(sync, job_id, f"thread {number}") == list(range(50))


def test_what_is_refused_is_parked_and_holds_up_nothing(
    background: ConvexSync, sync: ConvexSync, job_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once in the log, however much it is."""
    background.create_job("t", job_id=job_id)
    for _ in range(3):
        background.upsert_job({"id": job_id, "status": "confused"})
    background.record_event(job_id, "step", 1)
    assert background.flush(GUARD)

    assert background.delivery_stats().parked == 3
    assert payloads(sync, job_id) == [1]
    assert caplog.text.count("jobsync outbox list") == 1
    assert "confused" in caplog.text


def test_what_is_refused_may_be_told(deployment: Deployment, job_id: str) -> None:
    """As an error at the next flush, or to a function."""
    parked: list[Parked] = []
    with deployment.sync(delivery="background", on_error="raise") as raising:
        raising.complete_job(job_id)
        with pytest.raises(ParkedError, match=job_id) as refused:
            raising.flush(GUARD)
        assert raising.flush(GUARD)
    with deployment.sync(delivery="background", on_error=parked.append) as telling:
        telling.complete_job(job_id)
        assert telling.flush(GUARD)

    assert refused.value.code == "job_not_found"
    assert [(each.job_id, each.kind, each.code) for each in parked] == [
        (job_id, "complete", "job_not_found")
    ]


def test_files_that_were_given_during_an_outage_are_sent_after_it(
    own: LocalDeployment, job_id: str, tmp_path: Path
) -> None:
    """By the next process too; the job ends after its files are there."""
    paths = [tmp_path / f"{n}.bin" for n in range(10)]
    for n, path in enumerate(paths):
        path.write_bytes(bytes([n]) * 10_000)
    with (
        away(own),
        own.sync(delivery="background", exit_timeout=0.0) as first,
        first.job("render", job_id=job_id) as job,
    ):
        for path in paths:
            job.upload(path)
    with own.sync() as heir:
        assert heir.flush(GUARD)
        assets = {asset.filename: asset.bytes for asset in heir.list_assets(job_id)}

        assert assets == {path.name: 10_000 for path in paths}
        assert stored(heir, job_id).state == "succeeded"


def test_a_file_that_changed_meanwhile_is_parked(
    own: LocalDeployment, job_id: str, tmp_path: Path
) -> None:
    """Unless whatever is there is wanted; the job ends all the same."""
    changed, wanted = tmp_path / "changed", tmp_path / "wanted"
    parked: list[Parked] = []
    with own.sync(delivery="background", on_error=parked.append) as sync:
        with away(own), sync.job("render", job_id=job_id) as job:
            for path in (changed, wanted):
                path.write_text("first")
            upload = job.upload(changed)
            job.upload(wanted, if_changed="upload")
            for path in (changed, wanted):
                path.write_text("second")
        assert sync.flush(GUARD)
        with pytest.raises(FileChangedError, match="had 5 bytes and has 6"):
            upload.wait(GUARD)

        assert [(asset.filename, asset.bytes) for asset in sync.list_assets(job_id)] == [
            ("wanted", 6)
        ]
        assert stored(sync, job_id).state == "succeeded"
    assert [each.kind for each in parked] == ["upload"]


def test_only_so_much_may_wait(own: LocalDeployment, job_id: str, tmp_path: Path) -> None:
    """Whoever says more is told, or waits until there is room."""
    with (
        own.sync(delivery="background", max_queued=5, when_full="raise") as raising,
        own.sync(delivery="background", max_queued=5, outbox=tmp_path / "other") as waiting,
    ):
        own.kill()
        raising.create_job("t", job_id=job_id)
        for n in range(4):
            raising.record_event(job_id, "step", n)
        with pytest.raises(OutboxFullError, match="5 commands"):
            raising.record_event(job_id, "step", 4)
        own.start()
        assert raising.flush(GUARD)
        for n in range(100, 150):
            waiting.record_event(job_id, "step", n)
        assert waiting.flush(GUARD)

        assert payloads(raising, job_id) == [*range(4), *range(100, 150)]


def test_progress_may_make_room(own: LocalDeployment, job_id: str) -> None:
    """What was not sent of it is dropped, and counted."""
    with own.sync(
        delivery="background", max_queued=4, when_full="drop_progress", flush_interval=GUARD
    ) as sync:
        sync.create_job("t", job_id=job_id)
        sync.start_job(job_id)
        # What was said after the first batch waits until it is time for the next one.
        assert sync.flush(GUARD)
        own.kill()
        sync.update_progress(job_id, 10)
        for n in range(4):
            sync.record_event(job_id, "step", n)
        own.start()
        assert sync.flush(GUARD)

        assert sync.delivery_stats().dropped_progress == 1
        assert payloads(sync, job_id) == [0, 1, 2, 3]


def test_a_full_disk_does_not_stop_the_pipeline(
    sync: ConvexSync, start: Start, job_id: str
) -> None:
    """It goes on in memory, and says that this does not last."""
    pipeline = start("full_disk", job_id)
    _, said = pipeline.communicate(timeout=GUARD)

    assert pipeline.returncode == 0, said
    assert "is lost" in said
    assert [payload["n"] for payload in payloads(sync, job_id)] == list(range(EVENTS))


@pytest.fixture
def no_place(tmp_path: Path) -> Path:
    """Return a path where nobody, not even root, can make a file."""
    (tmp_path / "file").touch()
    return tmp_path / "file" / "outbox.sqlite"


def test_without_a_place_for_the_file_it_goes_on_in_memory(
    deployment: Deployment, job_id: str, no_place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One warning says that this does not last."""
    with deployment.sync(delivery="background", outbox=no_place) as sync:
        sync.create_job("t", job_id=job_id)
        sync.record_event(job_id, "step", 1)
        assert sync.flush(GUARD)

        assert payloads(sync, job_id) == [1]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert str(no_place) in caplog.text


def test_whoever_wants_to_hear_of_errors_hears_of_that(
    deployment: Deployment, job_id: str, no_place: Path
) -> None:
    """Nothing is said to be kept that is not."""
    with (
        deployment.sync(delivery="background", outbox=no_place, on_error="raise") as sync,
        pytest.raises(OutboxUnusableError, match="cannot be used"),
    ):
        sync.create_job("t", job_id=job_id)


def test_a_damaged_file_is_set_aside(
    deployment: Deployment, job_id: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not deleted: somebody may want what is in it."""
    path = tmp_path / "damaged.sqlite"
    path.write_bytes(b"not a database at all" * 1000)
    with deployment.sync(delivery="background", outbox=path) as sync:
        sync.create_job("t", job_id=job_id)
        assert sync.flush(GUARD)
        stored(sync, job_id)
    (aside,) = tmp_path.glob("damaged.sqlite.corrupt-*")

    assert aside.read_bytes().startswith(b"not a database")
    assert aside.name in caplog.text


def test_an_event_loop_is_not_held_up(own: LocalDeployment, job_id: str) -> None:
    """Blocks of coroutines are delivered while the loop does other things."""

    async def work(sync: AsyncConvexSync, number: int) -> None:
        async with sync.job("part", job_id=f"{job_id}-{number}") as job:
            for n in range(20):
                job.event("step", n)
                await asyncio.sleep(0)

    async def main() -> None:
        async with AsyncConvexSync(own.url, api_key=own.api_key, delivery="background") as sync:
            own.kill()
            await asyncio.gather(*(work(sync, number) for number in range(5)))
            own.start()
            assert await sync.flush(GUARD)

    asyncio.run(main())
    with own.sync() as sync:
        for number in range(5):
            assert payloads(sync, f"{job_id}-{number}") == list(range(20))
            assert stored(sync, f"{job_id}-{number}").state == "succeeded"


def test_no_secret_is_in_the_file(deployment: Deployment, job_id: str, tmp_path: Path) -> None:
    """Neither the key nor a token that it has signed."""
    with deployment.sync(delivery="background") as sync:
        for n in range(20):
            sync.record_event(job_id, "step", n)
        token = sync.token()
        sync.flush(GUARD)
        content = b"".join(
            path.read_bytes() for path in tmp_path.glob("outbox.sqlite*") if path.is_file()
        )

    assert b"step" in content
    assert deployment.api_key.encode() not in content
    assert token.split(".")[0].encode() not in content


def test_the_numbers_say_what_was_saved(background: ConvexSync, job_id: str) -> None:
    """Progress is said often and sent rarely."""
    with background.job("t", job_id=job_id) as job:
        for percent in itertools.islice(itertools.cycle(range(100)), 10_000):
            job.progress(percent)
    assert background.flush(GUARD)
    stats = background.delivery_stats()

    assert (stats.queued, stats.queued_bytes, stats.parked) == (0, 0, 0)
    assert stats.coalesced + stats.sent == 10_000 + 3
    assert stats.outbox == Path(os.environ["JOBSYNC_OUTBOX"])
