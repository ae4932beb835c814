"""A file of 2 GiB: throughput beside `curl -T` to the same deployment, memory, and a resume."""

import json
import mmap
import os
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import requests

from bench.deployment import fresh_deployment
from jobsync import ConvexSync
from jobsync.embedded.server import Deployment

MIB = 1 << 20
SIZE = int(os.environ.get("BENCH_FILE_MIB", "2048")) * MIB
PART = 64 * MIB
ROUNDS = 3


class Metered(requests.Session):
    """A session that counts the bytes of files that it sends, where a kill leaves them."""

    def __init__(self, counter: Path) -> None:
        super().__init__()
        counter.touch()
        with counter.open("r+b") as stream:
            stream.truncate(8)
            self._count = mmap.mmap(stream.fileno(), 8)

    def post(self, url: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        metered = data if isinstance(data, bytes) else _Counted(data, self._count)
        return super().post(url, metered, *args, **kwargs)


class _Counted:
    def __init__(self, body: Any, count: mmap.mmap) -> None:
        self._body, self._count = body, count

    def __len__(self) -> int:
        return len(self._body)

    def __iter__(self) -> Iterator[Any]:
        for chunk in self._body:
            yield chunk
            (sent,) = struct.unpack("Q", self._count[:])
            self._count[:] = struct.pack("Q", sent + len(chunk))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.bin"
        _write(path)
        with fresh_deployment() as deployment:
            _throughput(deployment, path)
        with fresh_deployment() as deployment:
            _resume(deployment, path, Path(folder) / "count")


def _write(path: Path) -> None:
    with path.open("wb") as stream:
        for _ in range(SIZE // MIB):
            stream.write(os.urandom(MIB))


def _throughput(deployment: Deployment, path: Path) -> None:
    """In turn, each in a fresh process, so that both start with the same cache and load."""
    sync = ConvexSync(deployment.url, api_key=deployment.api_key)
    curls, ours, grown = [], [], []
    for number in range(ROUNDS):
        job = sync.upsert_job({"id": f"job-{number}"}).job_id
        # What the one before left to be written would be the next one's to wait for.
        os.sync()
        curls.append(_curl(sync, f"job-{number}", path))
        os.sync()
        measured = _upload(deployment, str(job), path)
        ours.append(measured["seconds"])
        grown.append(measured["grown"])
        sync.delete_job(str(job))
    rates = {"upload_asset": ours, "curl -T": curls}
    for name, seconds in rates.items():
        print(f"{name:<34} {SIZE / MIB / median(seconds):.0f} MiB/s (median of {ROUNDS})")
    ratio = median(curl / own for curl, own in zip(curls, ours, strict=True))
    print(f"{'throughput, median of ratios':<34} {ratio:.2f}x   (goal: at least 0.9x)")
    print(f"{'peak memory grows by':<34} {max(grown) / MIB:.1f} MiB   (goal: under 32 MiB)")


def _curl(sync: ConvexSync, job: str, path: Path) -> float:
    url = sync._mutate("uploads:generateUrls", {"count": 1})["targets"][0]["url"]  # noqa: SLF001
    started = time.perf_counter()
    command = ["curl", "--silent", "--fail", "--request", "POST", "--upload-file", str(path), url]
    stored = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    seconds = time.perf_counter() - started
    digest = subprocess.run(["sha256sum", str(path)], check=True, capture_output=True, text=True)
    # As an asset, its file goes with the job.
    asset = {"jobId": job, "role": "curl", "filename": "big.bin", "sha256": digest.stdout[:64]}
    sync._mutate("assets:save", {**asset, "storageId": stored["storageId"]})  # noqa: SLF001
    return seconds


def _upload(deployment: Deployment, job: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.big_file", job, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, env=_env(deployment))
    return dict(json.loads(done.stdout))


def _env(deployment: Deployment) -> dict[str, str]:
    return {**os.environ, "CONVEX_URL": deployment.url, "JOBSYNC_API_KEY": deployment.api_key}


def _resume(deployment: Deployment, path: Path, counter: Path) -> None:
    """Kill an upload when half is done, then upload again; count what went out altogether."""
    sync = ConvexSync(deployment.url, api_key=deployment.api_key, session=Metered(counter))
    sync.upsert_job({"id": "job"})
    command = [sys.executable, "-m", "bench.big_file", "job", str(path), str(counter), "kill"]
    killed = subprocess.run(command, check=False, env=_env(deployment))
    assert killed.returncode == -signal.SIGKILL
    before = _counted(counter)
    asset = sync.upload_asset("job", path)
    twice = _counted(counter) - asset.bytes
    print(f"{'killed after':<34} {before / MIB:.0f} of {SIZE / MIB:.0f} MiB")
    print(f"{'sent twice':<34} {twice / PART:.2f} parts   (goal: under 1)")


def _counted(counter: Path) -> int:
    (sent,) = struct.unpack("Q", counter.read_bytes())
    return int(sent)


def _child(job: str, path: str, counter: str = "", kill: str = "") -> None:
    """Upload in a process of its own."""

    def tell(done: int, total: int) -> None:
        if kill and done > total / 2 + PART / 3:
            os.kill(os.getpid(), signal.SIGKILL)

    with ConvexSync(session=Metered(Path(counter)) if counter else None) as sync:
        sync.fetch_job(job)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        sync.upload_asset(job, path, on_progress=tell)
        seconds = time.perf_counter() - started
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    print(json.dumps({"seconds": seconds, "grown": grown}))


if __name__ == "__main__":
    _child(*sys.argv[1:])
