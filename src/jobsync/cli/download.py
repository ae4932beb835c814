"""`jobsync download`: the files of a job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobsync.cli._options import EnvFile, JobId, Json, JsonLines, Url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobsync import Asset, ConvexSync

EXAMPLES = """
jobsync download poster-17
jobsync download poster-17 poster.png --to fox.png
jobsync download poster-17 --role preview --to previews/
"""


def download(
    job_id: JobId,
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of files; else all.", metavar="[NAME]...")
    ] = None,
    *,
    to: Annotated[
        Path, typer.Option(help="A folder, or for a single file its path.", metavar="PATH")
    ] = Path(),
    role: Annotated[str | None, typer.Option(help="Only files of this role.")] = None,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Fetch the files of a job. What is here already is not fetched; broken off, repeat it."""
    from jobsync.cli._connect import connect
    from jobsync.cli._incoming import incoming, target_of
    from jobsync.cli._output import Form, print_items, print_row
    from jobsync.cli._transfer_bars import stoppable

    form = Form.of(json=json, jsonl=jsonl)
    with connect(url, env_file) as sync:
        assets = incoming(sync, job_id, names or [], role)
        target = target_of(to, one_file=bool(names) and len(assets) == 1)
        with stoppable():
            paths = _fetch(sync, assets, target)
    if form is Form.TEXT:
        for path in paths:
            print_row(path)
    else:
        print_items(form, ({"path": str(path)} for path in paths))


def _fetch(sync: ConvexSync, assets: Sequence[Asset], to: Path) -> list[Path]:
    from jobsync.cli._transfer_bars import transfer_bars

    paths = []
    with transfer_bars(sum(asset.bytes for asset in assets), len(assets)) as bars:
        for asset in assets:
            with bars.file(asset.filename, asset.bytes) as on_progress:
                paths.append(sync.download_asset(asset, to=to, on_progress=on_progress))
    return paths
