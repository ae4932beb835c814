"""One call for each of several jobs: what came of it, a line each, and the worst exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobsync import AccessError, JobsyncError, NotFoundError, ServerError, TransportError
from jobsync.cli._exit_codes import ExitCode, of_error
from jobsync.cli._failure import NoSuchJobError
from jobsync.cli._output import Form, print_items, print_row, remark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jobsync import Receipt

# What is wrong with the deployment is wrong for each job: said once.
FOR_ALL = (AccessError, TransportError, ServerError)


class Moves:
    """What was done to jobs, and how it went."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.code = ExitCode.OK

    def make(self, job_ids: Sequence[str], move: Callable[[str], Receipt]) -> None:
        """Move each job; one that cannot be moved does not stop the others."""
        receipts = self._receipts(job_ids, move)
        if self._form is not Form.TEXT:
            print_items(self._form, receipts)
            return
        for receipt in receipts:
            print_row(receipt["job_id"], _outcome(receipt))

    def _receipts(
        self, job_ids: Sequence[str], move: Callable[[str], Receipt]
    ) -> Iterator[dict[str, Any]]:
        for job_id in job_ids:
            try:
                receipt = _made(move, job_id)
            except FOR_ALL:
                raise
            except JobsyncError as error:
                remark(f"Error: {error}")
                self.code = max(self.code, of_error(error))
                continue
            if receipt.outcome == "stale":
                self.code = max(self.code, ExitCode.FAILED)
            yield {"job_id": job_id, **receipt.model_dump(mode="json", exclude={"job_id"})}


def _made(move: Callable[[str], Receipt], job_id: str) -> Receipt:
    try:
        return move(job_id)
    except NotFoundError:
        raise NoSuchJobError(job_id) from None


def _outcome(receipt: dict[str, Any]) -> str:
    if receipt["outcome"] == "stale":
        return f"is {receipt['state']}: nothing was done"
    if receipt["cancel_requested"] and receipt["state"] == "running":
        return "running, and asked to stop"
    return str(receipt["state"])
