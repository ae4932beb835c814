"""What `doctor` looks at on this machine: the outbox, and Node."""

from __future__ import annotations

from jobsync import JobsyncError, OutboxFile
from jobsync.cli._finding import Finding
from jobsync.embedded.node import find_node


def check_outbox(url: str) -> Finding:
    """Tell what waits to be sent to a deployment, and what it has refused."""
    try:
        file = OutboxFile(url=url)
        # A file that was named may be shared by programs of several deployments.
        waiting = [each for each in file.waiting() if each.deployment == url]
        parked = [each for each in file.parked() if each.deployment == url]
    except JobsyncError as error:
        fix = "Name another file with JOBSYNC_OUTBOX, or make this one usable."
        return Finding("outbox", ok=False, found=str(error), fix=fix)
    queued = sum(each.queued for each in waiting)
    found = f"{file.path}: {queued} waiting, {len(parked)} parked"
    if parked:
        fix = "See what was refused, and why: `jobsync outbox list`."
        return Finding("outbox", ok=False, found=found, fix=fix)
    if any(not each.is_alive for each in waiting):
        fix = "No process is there to send some of it: `jobsync outbox flush`."
        return Finding("outbox", ok=False, found=found, fix=fix)
    return Finding("outbox", ok=True, found=found)


def check_node() -> Finding:
    """Tell which Node.js `jobsync dev` would take."""
    try:
        node = find_node()
    except JobsyncError as error:
        return Finding(
            "node", ok=None, found="none, which only `jobsync dev` needs", fix=str(error)
        )
    return Finding("node", ok=True, found=f"{node}, for `jobsync dev`")
