"""System 3: a pipeline of image components, with the records and files that it has on disk."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from jobsync import ConnectionFailedError, ConvexSync
from tests.servers import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Deployment


class JobStore:
    """The pipeline's own store: a folder with `job.json`; each save goes to the deployment too."""

    def __init__(self, root: Path, sync: ConvexSync) -> None:
        self._root = root
        self._sync = sync

    def folder(self, record: dict[str, Any]) -> Path:
        return self._root / "jobs" / record["id"]

    def create_job(self, record: dict[str, Any]) -> None:
        for name in ("studio", "outputs", "trace"):
            (self.folder(record) / name).mkdir(parents=True)
        self.save_job(record)

    def save_job(self, record: dict[str, Any]) -> None:
        (self.folder(record) / "job.json").write_text(json.dumps(record))
        self._sync.upsert_job(record)


@pytest.fixture
def record(job_id: str) -> dict[str, Any]:
    """Return a record as the pipeline begins it: what is optional is `None`."""
    return {
        "id": job_id,
        "status": "queued",
        "progress_stage": "queued",
        "type": "internal-type",
        "prompt": "a glass button",
        "style_context": {"palette": ["#fff", "#000"], "radius": 4.5},
        "name": "glass_button",
        "layout_intent": "center",
        "render_size_hint": None,
        "component": None,
        "telemetry": None,
        "error": None,
        "retry_after": None,
    }


@pytest.fixture
def store(tmp_path: Path, sync: ConvexSync) -> JobStore:
    """Return the pipeline's store."""
    return JobStore(tmp_path, sync)


def test_a_record_is_mirrored(store: JobStore, sync: ConvexSync, record: dict[str, Any]) -> None:
    """What is in `job.json` is what is read, `None` included."""
    store.create_job(record)
    job = sync.fetch_job(record["id"])

    assert job is not None
    assert (job.job_id, job.stage) == (record["id"], record["progress_stage"])
    own = {key: value for key, value in record.items() if key not in {"id", "progress_stage"}}
    assert own == {key: job[key] for key in own}


def test_an_error_is_gone_when_the_record_has_none(
    store: JobStore, sync: ConvexSync, record: dict[str, Any]
) -> None:
    """A retry saves `error: None` and `retry_after: None`, and nothing of them is left."""
    store.create_job(record)
    store.save_job({**record, "status": "processing", "error": "rate limited", "retry_after": 30})
    job = sync.fetch_job(record["id"])
    assert job is not None
    assert (job.error, job.retry_after) == ("rate limited", 30)

    store.save_job({**record, "status": "processing"})
    job = sync.fetch_job(record["id"])
    public = sync.fetch_public(record["id"])
    assert job is not None
    assert public is not None
    assert (job.error, job.retry_after, public.error, public.retry_after) == (None,) * 4


def test_a_run_with_its_files(store: JobStore, sync: ConvexSync, record: dict[str, Any]) -> None:
    """Pictures and trace go up, come back with equal hashes, and the component names their URLs."""
    store.create_job(record)
    folder = store.folder(record)
    name = record["name"]
    files = {
        "output": folder / "outputs" / f"{name}.png",
        "mask": folder / "outputs" / f"{name}_mask.png",
        "debug": folder / "outputs" / f"{name}_debug.png",
        "trace": folder / "trace" / "trace.json",
    }
    for role, path in files.items():
        path.write_bytes(f'{{"role": "{role}"}}'.encode())
    component = {"name": name, "assets": {files["output"].name: None, files["mask"].name: None}}
    telemetry = {"seconds": 1.25}
    store.save_job({**record, "status": "processing", "progress_stage": "uploading"})
    for role, path in files.items():
        sync.upload_asset(record["id"], path, role=role)
    store.save_job({**record, "status": "done", "component": component, "telemetry": telemetry})

    assets = {asset.role: asset for asset in sync.list_assets(record["id"])}
    types = {role: asset.content_type for role, asset in assets.items()}
    assert types == dict.fromkeys(files, "image/png") | {"trace": "application/json"}
    for role, path in files.items():
        content = requests.get(str(assets[role].url), timeout=15).content
        assert hashlib.sha256(content).digest() == hashlib.sha256(path.read_bytes()).digest()

    public = sync.fetch_public(record["id"])
    assert public is not None
    shown = {files[role].name: assets[role].url for role in ("output", "mask")}
    assert public.component == {"name": name, "assets": shown}
    assert {asset.role for asset in public.assets} == {"output", "mask"}
    seen = public.model_dump_json()
    for private in ("internal-type", "telemetry", "debug", "trace", "glass button", "palette"):
        assert private not in seen


def test_trace_events_one_by_one(store: JobStore, sync: ConvexSync, record: dict[str, Any]) -> None:
    """Each step of the trace may be recorded as it happens."""
    store.create_job(record)
    for step in ("white", "black", "alpha"):
        sync.record_event(record["id"], "trace", {"step": step, "seconds": 0.5})

    found = [event.payload["step"] for event in sync.list_events(record["id"])]
    assert found == ["white", "black", "alpha"]


def test_what_cannot_be_stored_surfaces(
    tmp_path: Path, deployment: Deployment, record: dict[str, Any]
) -> None:
    """A backend that is down fails the job; the local record is there all the same."""
    url = f"http://127.0.0.1:{free_port()}"
    with ConvexSync(url, api_key=deployment.api_key, max_retries=0) as sync:
        store = JobStore(tmp_path, sync)
        with pytest.raises(ConnectionFailedError):
            store.create_job(record)

    assert json.loads((store.folder(record) / "job.json").read_text()) == record
