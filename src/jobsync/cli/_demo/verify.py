"""Compares what Convex has with what the pipeline has on disk, and names each difference."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from jobsync.cli._failure import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from jobsync import Asset, ConvexSync, Job, PublicJob
    from jobsync.cli._demo.pipeline import JobFile

CONNECT_AND_READ_TIMEOUT = (5, 30)
BLOCK = 1 << 20
PUBLIC_ROLES = frozenset({"output", "mask"})
# Where the record's own words differ from the names that jobsync gives back.
RENAMED = {"id": "job_id", "progress_stage": "stage"}
PRIVATE_FIELDS = ("type", "prompt", "style_context", "layout_intent", "telemetry")


@dataclass
class Verified:
    """What was looked at for one job, and what was wrong."""

    files: int = 0
    bytes: int = 0
    url: str | None = None
    differences: list[str] = field(default_factory=list)


def verify(sync: ConvexSync, record_file: Path, files: Sequence[JobFile]) -> Verified:
    """Check the record, the public view and every file of one finished job."""
    record = json.loads(record_file.read_text(encoding="utf-8"))
    job_id = record["id"]
    assets = {asset.filename: asset for asset in sync.list_assets(job_id)}
    verified = Verified()
    verified.differences += record_differences(record, sync.fetch_job(job_id))
    verified.differences += public_differences(sync.fetch_public(job_id), record, assets)
    verified.differences += leaks(as_anybody_sees_it(sync.url, job_id), record, assets)
    verified.differences += _list_differences({file.path.name for file in files}, assets.keys())
    for file in files:
        asset = assets.get(file.path.name)
        if asset is not None:
            verified.differences += file_differences(file, asset)
            verified.files += 1
            verified.bytes += asset.bytes
            if file.role == "output":
                verified.url = asset.url
    return verified


def record_differences(record: Mapping[str, Any], job: Job | None) -> Iterator[str]:
    """Compare the local record with the job as Convex gives it back."""
    if job is None:
        yield "the job is not in Convex"
        return
    for name, local in record.items():
        stored = job.get(RENAMED.get(name, name))
        if stored != local:
            yield f"{name}: {local!r} on disk, {stored!r} in Convex"


def public_differences(
    public: PublicJob | None, record: Mapping[str, Any], assets: Mapping[str, Asset]
) -> Iterator[str]:
    """Compare the public view's component and files with what should be public."""
    if public is None:
        yield "the public view is empty, though the job is public"
        return
    linked = (public.component or {}).get("assets", {})
    for name in record["component"]["assets"]:
        if linked.get(name) is None or linked[name] != getattr(assets.get(name), "url", None):
            yield f"{name}: the public component links {linked.get(name)!r}"
    shown = {asset.filename for asset in public.assets}
    should = {asset.filename for asset in assets.values() if asset.role in PUBLIC_ROLES}
    for name in sorted(shown ^ should):
        yield f"{name}: {'shown' if name in shown else 'not shown'} in the public view"


def leaks(
    view: Mapping[str, Any] | None, record: Mapping[str, Any], assets: Mapping[str, Asset]
) -> Iterator[str]:
    """Look for private things in the public view as it travels, whatever their place in it."""
    if view is None:
        yield "nobody sees the job without a key, though it is public"
        return
    text = json.dumps(view)
    for name in PRIVATE_FIELDS:
        if name in view or json.dumps(record[name]) in text:
            yield f"{name}: told by the public view"
    for asset in assets.values():
        if asset.role not in PUBLIC_ROLES and (asset.filename in text or str(asset.url) in text):
            yield f"{asset.filename}: private, but in the public view"


def file_differences(file: JobFile, asset: Asset) -> Iterator[str]:
    """Download one file by its URL and compare it with the local one."""
    name = file.path.name
    local = hashlib.sha256(file.path.read_bytes()).hexdigest()
    if asset.sha256 != local:
        yield f"{name}: Convex says sha256 {asset.sha256[:12]}…, the file has {local[:12]}…"
    if asset.role != file.role:
        yield f"{name}: uploaded as {file.role}, stored as {asset.role}"
    try:
        downloaded, content_type = _download(str(asset.url))
    except requests.RequestException as error:
        yield f"{name}: cannot be downloaded: {error}"
        return
    if downloaded != local:
        yield f"{name}: the download has sha256 {downloaded[:12]}…, the file has {local[:12]}…"
    if content_type != file.content_type:
        yield f"{name}: served as {content_type}, uploaded as {file.content_type}"


def _download(url: str) -> tuple[str, str | None]:
    digest = hashlib.sha256()
    with requests.get(url, stream=True, timeout=CONNECT_AND_READ_TIMEOUT) as response:
        response.raise_for_status()
        for block in response.iter_content(BLOCK):
            digest.update(block)
        return digest.hexdigest(), response.headers.get("Content-Type")


def _list_differences(local: set[str], stored: Iterable[str]) -> Iterator[str]:
    for name in sorted(local ^ set(stored)):
        yield f"{name}: {'not in Convex' if name in local else 'in Convex, but not on disk'}"


def as_anybody_sees_it(url: str, job_id: str) -> dict[str, Any] | None:
    """Ask without a key, and past our own models, which would hide a field that is too much."""
    response = requests.post(
        f"{url}/api/query",
        json={"path": "jobs:getPublic", "format": "json", "args": {"jobId": job_id}},
        timeout=CONNECT_AND_READ_TIMEOUT,
    )
    answer = response.json()
    if answer.get("status") != "success":
        raise CommandError(f"jobs:getPublic without a key: {answer.get('errorMessage')}")
    view: dict[str, Any] | None = answer["value"]
    return view
