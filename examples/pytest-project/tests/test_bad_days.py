"""What goes wrong between a run and its deployment, and must not harm the run."""

from __future__ import annotations

from wordbook.book import CHAPTERS, chapters
from wordbook.pipeline import build


def check_complete(sync):
    """Check that all of the run is there, and only once."""
    job = sync.fetch_job("run")
    told = [event.payload["chapter"] for event in sync.list_events("run")]
    assert job.state == "succeeded"
    assert told == [chapter.name for chapter in chapters()]
    assert [asset.filename for asset in sync.list_assets("run")] == ["wordbook.json"]


def test_an_outage_holds_nothing_up_and_loses_nothing(jobsync_deployment, jobsync_sync, tmp_path):
    """The deployment dies in the middle of the run; what is said meanwhile waits in the outbox."""

    def through_an_outage():
        for number, chapter in enumerate(chapters()):
            if number == 9:
                jobsync_deployment.kill()
            yield chapter
        jobsync_deployment.start()

    build(jobsync_sync, through_an_outage(), tmp_path, job_id="run")

    check_complete(jobsync_sync)


def test_lost_answers_change_nothing(jobsync_deployment, jobsync_sync, tmp_path):
    """What took effect although its answer was lost is sent again, and has no second effect."""
    lost = jobsync_deployment.faults.drop("answer", calls=["event", "progress"], times=3)

    build(jobsync_sync, chapters(), tmp_path, job_id="run")

    check_complete(jobsync_sync)
    assert lost.met == 3


def test_a_busy_storage_is_asked_again(jobsync_deployment, jobsync_sync, tmp_path):
    """A file that is refused with 503 is sent until it is taken."""
    with jobsync_deployment.faults.refuse(503, calls="upload", times=2) as refusal:
        build(jobsync_sync, chapters(), tmp_path, job_id="run")

    check_complete(jobsync_sync)
    assert refusal.met == 2


def test_an_event_that_is_refused_for_good_does_not_fail_the_run(
    jobsync_deployment, jobsync_sync, tmp_path
):
    """It is parked, where `jobsync outbox list` shows it; all others are there."""
    jobsync_deployment.faults.refuse("too_large", calls="event", times=1)

    build(jobsync_sync, chapters(), tmp_path, job_id="run")

    assert jobsync_sync.fetch_job("run").state == "succeeded"
    assert len(list(jobsync_sync.list_events("run"))) == CHAPTERS - 1
    assert jobsync_sync.delivery_stats().parked == 1
