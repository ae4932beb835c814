"""A pipeline that is made to suffer: `python -m tests.faults.pipeline PLAN`, the plan as JSON.

It works on jobs by chance, numbers whatever it says of a job, and keeps account of it in a file.
What the account of an earlier process has is gone on with.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from jobsync import ConvexSync
from tests.faults.block_work import BlockWork
from tests.faults.call_work import CallWork
from tests.faults.said_work import Surroundings, Work
from tests.faults.truth import Account, read_account
from tests.intermediary import detoured

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS_OF_WORK: dict[str, type[Work]] = {"calls": CallWork, "block": BlockWork}


def main(plan: dict[str, Any]) -> None:
    chance = Random(plan["seed"])
    account = Path(plan["account"])
    before = read_account(account)
    session = detoured(plan["url"], plan["via"])
    with ConvexSync(plan["url"], session=session, **plan["options"]) as sync:
        around = Surroundings(sync, plan["owner"], Account(account), account.parent)
        works = [
            KINDS_OF_WORK[kind](around, job_id, before[job_id].next_number)
            for job_id, kind in plan["jobs"].items()
            if "end" not in before[job_id].begun
        ]
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        for work in works:
            work.begin()
        _go_on(works, chance, plan["steps"] if works else 0, plan["pause"])
        for work in reversed(works):
            work.end()


def _go_on(works: Sequence[Work], chance: Random, steps: int, pause: float) -> None:
    for _ in range(steps):
        work = chance.choice(works)
        (kind,) = chance.choices(list(work.kinds), list(work.kinds.values()))
        work.step(kind)
        time.sleep(chance.random() * pause)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
