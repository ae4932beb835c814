"""The key stays where it is."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from jobsync import ConvexSync, JobsyncError, ServerError
from tests.proxy import Proxy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Deployment


def test_the_key_is_in_no_byte_log_error_or_repr(
    deployment: Deployment,
    job_id: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Whatever a client does and whatever goes wrong, its key is not in what leaves the process."""
    caplog.set_level(logging.DEBUG)
    key = deployment.api_key
    (tmp_path / "a.txt").write_text("x")
    shown: list[str] = []
    with Proxy(deployment.url) as proxy:
        with ConvexSync(deployment.url, api_key=key, session=proxy.session()) as sync:
            sync.upsert_job({"id": job_id, "status": "processing"})
            sync.upload_asset(job_id, tmp_path / "a.txt")
            sync.record_event(job_id, "x")
            shown += [repr(sync), repr(vars(sync)), repr(sync.fetch_job(job_id))]
            shown += [repr(sync.list_assets(job_id)), repr(list(sync.list_events(job_id)))]
            for bad in ({"id": job_id, "status": "weird"}, {"id": ""}):
                with pytest.raises(JobsyncError) as caught:
                    sync.upsert_job(bad)
                shown += [repr(caught.value), repr(caught.value.details)]
        sent = bytes(proxy.sent)

    shown += [record.getMessage() for record in caplog.records]
    shown += capfd.readouterr()
    assert sent
    assert key.encode() not in sent
    assert all(key not in text for text in shown)


def test_a_token_is_in_no_error(deployment: Deployment, sync: ConvexSync, job_id: str) -> None:
    """A refusal does not repeat the token that was refused."""
    token = sync.token("read")
    with ConvexSync(deployment.url, token=token) as reader, pytest.raises(JobsyncError) as caught:
        reader.upsert_job({"id": job_id})

    assert token not in repr(caught.value) + repr(caught.value.details) + repr(reader)


def test_a_token_is_in_no_error_that_repeats_the_arguments(sync: ConvexSync) -> None:
    """Convex prints all arguments of a call that has a wrong one."""
    with pytest.raises(ServerError, match="unknownField") as caught:
        sync._query("handshake:get", {"unknownField": 1})

    chain = [caught.value, caught.value.__cause__]
    assert all("eyJ" not in f"{error!r} {error}" for error in chain)
