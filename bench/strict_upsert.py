"""`upsert_job` against a bare pooled POST of the same bytes, in turn, on one deployment."""

import json
import time
from typing import Any

import requests

from bench.deployment import fresh_deployment
from bench.figures import compare
from jobsync import ConvexSync

CALLS = 400
WARM_UP = 50


class Recorder(requests.Session):
    """A session that keeps the last request, so that the bare POST can repeat it."""

    last: Any = None

    def post(self, url: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        self.last = (url, data, kwargs["headers"])
        return super().post(url, data, *args, **kwargs)


def main() -> None:
    with fresh_deployment() as deployment, Recorder() as ours, requests.Session() as bare:
        sync = ConvexSync(deployment.url, api_key=deployment.api_key, session=ours)
        measured = [_pair(sync, ours, bare, number) for number in range(CALLS + WARM_UP)][WARM_UP:]
    compare(
        "upsert_job (strict)",
        [pair[0] for pair in measured],
        "bare pooled POST, same bytes",
        [pair[1] for pair in measured],
        "under 1.3x",
    )


def _pair(
    sync: ConvexSync, ours: Recorder, bare: requests.Session, number: int
) -> tuple[float, float]:
    started = time.perf_counter()
    sync.upsert_job(_record(f"ours-{number}"))
    strict = time.perf_counter() - started
    url, body, headers = ours.last
    repeated = _for_another_job(body, number)
    started = time.perf_counter()
    answer = bare.post(url, data=repeated, headers=headers, timeout=15)
    seconds = time.perf_counter() - started
    assert answer.json()["value"]["receipts"][0]["outcome"] == "applied", answer.text
    return strict, seconds


def _record(job_id: str) -> dict[str, Any]:
    return {"id": job_id, "status": "processing", "stage": "rendering", "progress": 40, "idea": "x"}


def _for_another_job(body: bytes, number: int) -> bytes:
    """Address the same bytes to another job and writer: a repeat would have no effect."""
    call = json.loads(body)
    call["args"]["writerId"] = "b" * len(call["args"]["writerId"])
    call["args"]["commands"][0]["record"]["id"] = f"bare-{number}"
    assert call["args"]["firstSeq"] == number + 1
    return json.dumps(call, separators=(",", ":")).encode()
