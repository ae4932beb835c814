"""`jobsync upload`: files for a job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobsync.cli._options import EnvFile, JobId, Json, JsonLines, Url

EXAMPLES = """
jobsync upload poster-17 poster.png
jobsync upload poster-17 pages/ --role preview
jobsync upload poster-17 trace.json --role debug --private
"""


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
    from jobsync.cli._transfer_bars import stoppable, transfer_bars

    form = Form.of(json=json, jsonl=jsonl)
    files = outgoing(paths, name)
    named = {file.name: file.path for file in files}
    total = sum(file.size for file in files)
    label = files[0].name if len(files) == 1 else f"{len(files)} files"
    with connect(url, env_file) as sync:
        if sync.fetch_job(job_id) is None:
            raise NoSuchJobError(job_id)
        with stoppable(), transfer_bars(total, 1) as bars, bars.file(label, total) as on_progress:
            assets = sync.upload_files(
                job_id, named, role=role, public=public, on_progress=on_progress
            )
    if form is Form.TEXT:
        for asset in assets:
            print_row(asset.filename, size(asset.bytes), asset.role)
    else:
        print_items(form, (asset.model_dump(mode="json") for asset in assets))
