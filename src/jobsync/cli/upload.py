"""`jobsync upload`: files for a job."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobsync.cli._options import EnvFile, JobId, Json, JsonLines, Url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobsync import Asset, ConvexSync
    from jobsync.cli._sending import Outgoing

EXAMPLES = """
jobsync upload poster-17 poster.png
jobsync upload poster-17 pages/ --role preview
jobsync upload poster-17 trace.json --role debug --private
"""
AT_ONCE = 4


def upload(
    job_id: JobId,
    paths: Annotated[
        list[Path], typer.Argument(help="Files, or folders with all in them.", metavar="PATH...")
    ],
    *,
    role: Annotated[str, typer.Option(help="What they are to the job.")] = "output",
    name: Annotated[str | None, typer.Option(help="Another name for a single file.")] = None,
    public: Annotated[
        bool | None,
        typer.Option("--public/--private", help="Who may see them; else the role decides."),
    ] = None,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Give files to a job. What it has already is not sent again; broken off, repeat it."""
    from jobsync.cli._connect import connect
    from jobsync.cli._failure import NoSuchJobError
    from jobsync.cli._job_text import size
    from jobsync.cli._output import Form, print_items, print_row
    from jobsync.cli._sending import outgoing
    from jobsync.cli._transfer_bars import stoppable

    form = Form.of(json=json, jsonl=jsonl)
    files = outgoing(paths, name)
    with connect(url, env_file) as sync:
        if sync.fetch_job(job_id) is None:
            raise NoSuchJobError(job_id)
        with stoppable():
            assets = _send(sync, job_id, files, role, public=public)
    if form is Form.TEXT:
        for asset in assets:
            print_row(asset.filename, size(asset.bytes), asset.role)
    else:
        print_items(form, (asset.model_dump(mode="json") for asset in assets))


def _send(
    sync: ConvexSync, job_id: str, files: Sequence[Outgoing], role: str, *, public: bool | None
) -> list[Asset]:
    from jobsync.cli._transfer_bars import transfer_bars

    with transfer_bars(sum(file.size for file in files), len(files)) as bars:

        def send(file: Outgoing) -> Asset:
            with bars.file(file.name, file.size) as on_progress:
                return sync.upload_asset(
                    job_id,
                    file.path,
                    role=role,
                    filename=file.name,
                    public=public,
                    on_progress=on_progress,
                )

        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                return list(pool.map(send, files))
            except BaseException:
                bars.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
