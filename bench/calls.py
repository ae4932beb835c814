"""One pipeline through jobsync and through the textbook client: function calls, time and bytes."""

import json
import os
import re
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.proxy import Proxy

from bench.deployment import fresh_deployment
from jobsync import ConvexSync

ROOT = Path(__file__).parent.parent
FILES = 20
FILE_BYTES = 100_000
# The first line of a request, file posts included; no body of this pipeline holds one.
REQUEST = re.compile(rb"POST /api/\S+ HTTP/1\.1\r\n")


@dataclass(frozen=True)
class Cost:
    """What a client took."""

    calls: int
    seconds: float
    sent: int


def main() -> None:
    with TemporaryDirectory() as folder, fresh_deployment() as deployment:
        for number in range(FILES):
            (Path(folder) / f"{number:02}.bin").write_bytes(secrets.token_bytes(FILE_BYTES))
        sync = ConvexSync(deployment.url, api_key=deployment.api_key)
        token = sync.token("write")
        ours, theirs = (
            _cost(client, deployment.url, token, folder) for client in ("jobsync", "textbook")
        )
        same = _record(sync, "jobsync") == _record(sync, "textbook")
    print(f"{'':<22}{'jobsync':>14}{'textbook':>14}")
    print(f"{'billed function calls':<22}{ours.calls:>14,}{theirs.calls:>14,}")
    print(f"{'seconds in the caller':<22}{ours.seconds:>14.3f}{theirs.seconds:>14.3f}")
    print(f"{'bytes sent':<22}{ours.sent:>14,}{theirs.sent:>14,}")
    print(f"calls {theirs.calls / ours.calls:.0f}x fewer   (goal: 150x)")
    print(f"time {theirs.seconds / ours.seconds:.0f}x less   (goal: 50x)")
    print(f"bytes {theirs.sent / ours.sent:.1f}x fewer   (goal: over 1x)")
    print(f"same final record: {same}")


def _cost(client: str, url: str, token: str, folder: str) -> Cost:
    with Proxy(url) as proxy:
        process = subprocess.run(
            [sys.executable, "-m", "bench.steady_pipeline", client, url, proxy.url, token, folder],
            cwd=ROOT,
            env={**os.environ, "JOBSYNC_OUTBOX": f"{folder}/outbox.sqlite"},
            check=True,
            stdout=subprocess.PIPE,
        )
        sent = bytes(proxy.sent)
    return Cost(len(REQUEST.findall(sent)), json.loads(process.stdout), len(sent))


def _record(sync: ConvexSync, job_id: str) -> dict[str, Any]:
    job = sync.fetch_job(job_id)
    assert job is not None
    return {
        "job": [job.state, job.attempt, job.completed, job.total, job.result],
        "events": [(event.kind, event.payload) for event in sync.list_events(job_id)],
        "files": sorted((file.filename, file.sha256) for file in sync.list_assets(job_id)),
    }
