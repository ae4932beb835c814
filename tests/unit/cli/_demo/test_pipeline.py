import json
import shutil

import numpy as np
import pytest
from PIL import Image

from jobsync.cli._demo.pictures import load_all
from jobsync.cli._demo.pipeline import STAGES, ComponentPipeline
from jobsync.cli._demo.store import JobStore
from jobsync.cli._demo.verify import as_anybody_sees_it


@pytest.fixture
def picture(tmp_path):
    pixels = np.full((40, 60, 4), 200, np.uint8)
    pixels[..., 3] = np.linspace(0, 255, 60)
    Image.fromarray(pixels).save(tmp_path / "fade.png")
    return load_all([tmp_path / "fade.png"])[0]


@pytest.fixture
def store(tmp_path, sync):
    return JobStore(tmp_path / "jobs", sync)


@pytest.fixture
def pipeline(store, sync):
    return ComponentPipeline(store, sync)


def test_a_finished_job_has_every_file_under_its_role(pipeline, picture, sync):
    job = pipeline.create(picture)
    files = pipeline.run(job, picture)
    stored = {asset.filename: asset.role for asset in sync.list_assets(job.id)}
    assert stored == {file.path.name: file.role for file in files}
    assert set(stored.values()) == {"output", "mask", "debug", "trace"}


def test_every_stage_is_an_event_and_a_step_of_the_trace_file(pipeline, picture, sync, store):
    job = pipeline.create(picture)
    pipeline.run(job, picture)
    worked = [stage for stage in STAGES if stage not in {"queued", "done"}]
    events = [event.payload["stage"] for event in sync.list_events(job.id)]
    trace = json.loads((store.folder(job.id) / "trace" / "trace.json").read_text())
    assert events == [step["stage"] for step in trace["steps"]] == worked


def test_its_own_alpha_is_found_again_without_error_and_telemetry_says_so(pipeline, picture):
    job = pipeline.create(picture)
    pipeline.run(job, picture)
    assert job.telemetry["alpha_error_max"] == 0
    assert job.telemetry["render_error_max"] <= 1


def test_a_finished_job_is_public_with_a_component_that_links_its_files(pipeline, picture, sync):
    job = pipeline.create(picture)
    assert as_anybody_sees_it(sync.url, job.id) is None
    pipeline.run(job, picture)
    linked = as_anybody_sees_it(sync.url, job.id)["component"]["assets"]
    assert set(linked) == {"fade.png", "fade_mask.png"}
    assert all(url.startswith("http") for url in linked.values())


def test_a_failure_is_stored_with_the_job_and_raised(pipeline, picture, sync, store):
    job = pipeline.create(picture)
    shutil.rmtree(store.folder(job.id) / "outputs")
    with pytest.raises(FileNotFoundError):
        pipeline.run(job, picture)
    failed = sync.fetch_job(job.id)
    assert (failed.status, failed.state) == ("error", "failed")
    assert failed.error.startswith("FileNotFoundError")
    assert json.loads(store.record_file(job.id).read_text())["error"] == failed.error
