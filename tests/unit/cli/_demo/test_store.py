import json

import pytest

from jobsync import ConvexSync, InvalidFieldError
from jobsync.cli._demo.store import ComponentJob, JobStore
from tests.servers import ScriptedServer, refusal


def component(job_id, **fields):
    return ComponentJob(
        id=job_id,
        name="cat",
        type="image-component",
        prompt="a cat",
        style_context="as photographed",
        layout_intent="hero",
        **fields,
    )


@pytest.fixture
def store(tmp_path, sync):
    return JobStore(tmp_path, sync)


def test_a_new_job_has_its_folders_and_is_queued_on_disk_and_in_convex(store, sync, job_id):
    store.create_job(component(job_id))
    folders = {path.name for path in store.folder(job_id).iterdir() if path.is_dir()}
    assert folders == {"studio", "outputs", "trace"}
    assert json.loads(store.record_file(job_id).read_text())["status"] == "queued"
    assert sync.fetch_job(job_id).state == "queued"


def test_each_save_is_mirrored_and_a_cleared_error_is_gone(store, sync, job_id):
    job = component(job_id, status="processing", error="no memory", retry_after=2.5)
    store.create_job(job)
    assert (sync.fetch_job(job_id).error, sync.fetch_job(job_id).retry_after) == ("no memory", 2.5)
    job.error = job.retry_after = None
    store.save_job(job)
    assert (sync.fetch_job(job_id).error, sync.fetch_job(job_id).retry_after) == (None, None)


def test_what_convex_refuses_raises_and_the_local_record_stays(tmp_path):
    with (
        ScriptedServer(refusal("invalid_field", field="prompt")) as server,
        ConvexSync(server.url, api_key="k" * 32) as sync,
    ):
        store = JobStore(tmp_path, sync)
        with pytest.raises(InvalidFieldError):
            store.create_job(component("cat-1"))
    assert json.loads(store.record_file("cat-1").read_text())["id"] == "cat-1"
