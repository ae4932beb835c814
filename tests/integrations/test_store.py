"""A job store that is mirrored, as system 3 has one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from jobsync import ConvexSync, InvalidFieldError, TransportError
from jobsync.integrations.store import mirrored
from tests.servers import free_port

if TYPE_CHECKING:
    from pathlib import Path


class Model(BaseModel):
    """A record that is a model."""

    id: str
    status: str = "queued"
    progress_stage: str | None = None


@dataclass
class Plain:
    """A record that is a dataclass."""

    id: str
    status: str


class JobStore:
    """A store as its owner wrote it, which knows of no deployment."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def create_job(self, job_id: str, **fields: Any) -> dict[str, Any]:
        record = {"id": job_id, "status": "queued", **fields}
        self.save_job(record)
        return record

    def save_job(self, record: dict[str, Any]) -> None:
        (self.root / "job.json").write_text(json.dumps(record))

    def save_as(self, name: str, record: object) -> str:
        (self.root / name).write_text(str(record))
        return name

    def read(self) -> dict[str, Any]:
        return json.loads((self.root / "job.json").read_text())


def test_each_local_write_is_followed_by_one_to_the_deployment(
    sync: ConvexSync, job_id: str, tmp_path: Path
) -> None:
    """What a method returns is the record, or else its argument; reads stay local."""
    store = mirrored(JobStore(tmp_path), sync, strict=True)
    store.create_job(job_id, prompt="a fox", error=None)
    created = sync.fetch_job(job_id)
    store.save_job({**store.read(), "status": "done", "progress_stage": "done"})
    saved = sync.fetch_job(job_id)

    assert created is not None
    assert saved is not None
    assert (created.state, created["prompt"]) == ("queued", "a fox")
    assert (saved.state, saved.stage) == ("succeeded", "done")
    assert store.read()["status"] == "done"


def test_a_record_may_be_a_model_or_a_dataclass(
    sync: ConvexSync, job_id: str, tmp_path: Path
) -> None:
    """It is found among the arguments of the methods that are named."""
    store = mirrored(JobStore(tmp_path), sync, after=["save_as"], strict=True)
    store.save_as("model", Model(id=job_id, status="processing", progress_stage="drawing"))
    as_model = sync.fetch_job(job_id)
    store.save_as("plain", Plain(job_id, "done"))
    as_plain = sync.fetch_job(job_id)

    assert as_model is not None
    assert as_plain is not None
    assert (as_model.state, as_model.stage) == ("running", "drawing")
    assert as_plain.state == "succeeded"


def test_what_cannot_be_mirrored_is_kept_locally_and_warned_of(
    job_id: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The pipeline goes on without the deployment."""
    with unreachable() as sync:
        mirrored(JobStore(tmp_path), sync).create_job(job_id)

    assert JobStore(tmp_path).read()["id"] == job_id
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_strictly_what_cannot_be_mirrored_raises(job_id: str, tmp_path: Path) -> None:
    """The local write has happened all the same."""
    with unreachable() as sync, pytest.raises(TransportError):
        mirrored(JobStore(tmp_path), sync, strict=True).create_job(job_id)

    assert JobStore(tmp_path).read()["id"] == job_id


def test_a_method_without_a_record_says_so(sync: ConvexSync, tmp_path: Path) -> None:
    """Named by mistake, it would mirror nothing."""
    store = mirrored(JobStore(tmp_path), sync, after=["read"], strict=True)
    (tmp_path / "job.json").write_text("{}")

    with pytest.raises(InvalidFieldError, match="read takes and returns nothing that has an id"):
        store.read()


def unreachable() -> ConvexSync:
    return ConvexSync(f"http://127.0.0.1:{free_port()}", api_key="k" * 32, max_retries=0)
