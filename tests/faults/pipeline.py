"""A pipeline that is made to suffer: `python -m tests.faults.pipeline PLAN`, the plan as JSON.

It works on jobs by chance, numbers whatever it says of a job, and keeps account of it in a file.
What the account of an earlier process has is gone on with.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from jobsync import ConvexSync, JobsyncError
from tests.faults.truth import Account, read_account
from tests.intermediary import detoured

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync import Receipt

# Events are listed by time, and those of one moment in the order in which they were stored: only
# that shows the order in which they arrived.
MOMENT = datetime(2026, 1, 1, tzinfo=timezone.utc)
ATTEMPTS = 1_000
KINDS = {"event": 8, "field": 6, "progress": 4, "again": 2}


class Work:
    """One job, and all that is said of it."""

    def __init__(
        self, sync: ConvexSync, job_id: str, owner: str, account: Account, number: int
    ) -> None:
        self.job_id = job_id
        self._sync = sync
        self._owner = owner
        self._account = account
        self._number = number

    def begin(self) -> None:
        self._say("create", self._create)
        self._say("start", self._start)

    def step(self, kind: str) -> None:
        self._say(kind, getattr(self, f"_{kind}"))

    def end(self) -> None:
        result = {"number": self._number}
        self._say("end", lambda: self._sync.complete_job(self.job_id, result))

    def _create(self) -> Receipt:
        return self._sync.create_job(
            "fault", job_id=self.job_id, owner=self._owner, max_attempts=ATTEMPTS
        )

    def _start(self) -> Receipt:
        return self._sync.start_job(self.job_id)

    def _event(self) -> Receipt:
        return self._sync.record_event(self.job_id, "step", self._number, time=MOMENT)

    def _field(self) -> Receipt:
        # If creating it failed, this creates it.
        made = {"id": self.job_id, "owner": self._owner, "max_attempts": ATTEMPTS}
        return self._sync.upsert_job({**made, "number": self._number})

    def _progress(self) -> Receipt:
        return self._sync.update_progress(self.job_id, completed=self._number)

    def _again(self) -> Receipt:
        """Fail and start again: done twice, it would be one attempt too many."""
        self._sync.fail_job(self.job_id, "once more", retry_after=0.0)
        return self._start()

    def _say(self, kind: str, command: Callable[[], Receipt]) -> None:
        self._account.begun(self.job_id, kind, self._number)
        # What raises may have been done or not.
        with suppress(JobsyncError):
            if command().outcome != "stale":
                self._account.said(self.job_id, kind, self._number)
        self._number += 1


def main(plan: dict[str, Any]) -> None:
    chance = Random(plan["seed"])
    account_file = Path(plan["account"])
    before, account = read_account(account_file), Account(account_file)
    session = detoured(plan["url"], plan["via"])
    with ConvexSync(plan["url"], session=session, **plan["options"]) as sync:
        works = [
            Work(sync, job_id, plan["owner"], account, before[job_id].next_number)
            for job_id in plan["jobs"]
            if "end" not in before[job_id].begun
        ]
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        for work in works:
            work.begin()
        for _ in range(plan["steps"] if works else 0):
            kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
            chance.choice(works).step(kind)
            time.sleep(chance.random() * plan["pause"])
        for work in works:
            work.end()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
