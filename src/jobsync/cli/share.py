"""`jobsync share`: a link that shows one job to whoever has it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jobsync.cli._options import EnvFile, JobId, Json, JsonLines, Url

if TYPE_CHECKING:
    from jobsync import ConvexSync, Share
    from jobsync.cli._output import Form

EXAMPLES = """
jobsync share poster-17
jobsync share poster-17 --expires-in 7d | pbcopy
jobsync share poster-17 --revoke 4c9f2b
"""


def share(
    job_id: JobId,
    *,
    expires_in: Annotated[
        str, typer.Option(help="For how long: seconds, or such as 30m, 12h, 7d.", metavar="TIME")
    ] = "1h",
    revoke: Annotated[
        str | None, typer.Option(help="End a share instead, by its id.", metavar="SHARE")
    ] = None,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Make a link that shows what the public may see of one job, and nothing else.

    Piped, it prints only the link, or the token where the deployment knows of no page.
    """
    from jobsync.cli._connect import connect
    from jobsync.cli._durations import seconds
    from jobsync.cli._output import Form, print_json

    form = Form.of(json=json, jsonl=jsonl)
    with connect(url, env_file) as sync:
        if revoke is not None:
            _revoke(sync, job_id, revoke, form)
            return
        made = sync.share(job_id, expires_in=seconds(expires_in, "--expires-in"))
    if form is Form.TEXT:
        _tell(made, job_id, sync.url)
    else:
        print_json(made.model_dump(mode="json"), on_one_line=form is Form.LINES)


def _revoke(sync: ConvexSync, job_id: str, share_id: str, form: Form) -> None:
    from jobsync.cli._failure import NoSuchShareError
    from jobsync.cli._output import Form, print_json, print_row

    if not sync.unshare(job_id, share_id):
        raise NoSuchShareError(share_id)
    if form is Form.TEXT:
        print_row(share_id, "shows nothing more")
    else:
        print_json({"share_id": share_id, "revoked": True}, on_one_line=form is Form.LINES)


def _tell(made: Share, job_id: str, url: str) -> None:
    from jobsync.cli._output import print_row, remark
    from jobsync.cli._times import local

    print_row(made.link or made.token)
    if made.link is None:
        remark(
            "This token is not a link, since the deployment knows of no page (its "
            "JOBSYNC_DASHBOARD_URL is not set). In Python: "
            f"ConvexSync({url!r}, token=...).fetch_public({job_id!r})"
        )
    if sys.stdout.isatty():
        remark(
            f"It is good until {local(made.expires_at)}; "
            f"`jobsync share {job_id} --revoke {made.share_id}` ends it."
        )
