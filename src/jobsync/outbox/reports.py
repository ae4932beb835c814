"""The reports of all jobs that a client runs. Not safe between threads: who uses it has a lock."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobsync._report import Report

    from .rows import Row

SIGNS_OF_LIFE = frozenset({"start", "progress", "heartbeat"})


class Reports:
    """Who speaks, who has said something, and who has to be heard of."""

    def __init__(self) -> None:
        self.said = 0
        """How often something was said."""
        self.unkept: dict[Report, None] = {}
        """Those whose progress is only in memory."""
        self._by_job: dict[str, list[Report]] = {}

    def __len__(self) -> int:
        return len(self._by_job)

    def add(self, report: Report) -> None:
        """Listen to a report."""
        known = self._by_job.setdefault(report.job_id, [])
        if report not in known:
            known.append(report)

    def say(self, report: Report, fields: dict[str, Any]) -> bool:
        """Note progress; return whether it is the first since the last time."""
        self.said += 1
        report.said.update(fields)
        if report in self.unkept or report.closed:
            return False
        self.add(report)
        self.unkept[report] = None
        return True

    def put_back(self, report: Report, said: dict[str, Any]) -> None:
        """Take back what could not be kept."""
        report.put_back(said)
        if not report.closed:
            self.unkept[report] = None

    def remove(self, report: Report) -> dict[str, Any]:
        """Listen to it no more; return what it has said since the last time."""
        report.closed = True
        known = [each for each in self._by_job.pop(report.job_id, ()) if each is not report]
        if known:
            self._by_job[report.job_id] = known
        self.unkept.pop(report, None)
        return report.take()

    def forget(self) -> None:
        """In a forked child: leave to the parent what was said before."""
        for report in self._all():
            report.forget()

    def know(self, job_id: str) -> bool:
        """Return whether the deployment is known to have a job."""
        return any(report.state is not None for report in self._by_job.get(job_id, ()))

    def take(self) -> list[tuple[Report, dict[str, Any]]]:
        """Return what was said since the last time."""
        taken = [(report, report.take()) for report in self.unkept]
        self.unkept = {}
        return taken

    def next_beat(self) -> float:
        """Return the moment of the next heartbeat."""
        return min((report.beat_at for report in self._all()), default=math.inf)

    def silent(self, now: float) -> list[Report]:
        """Return those whose heartbeat is due."""
        return [report for report in self._all() if report.beat_at <= now]

    def answered(self, row: Row, receipt: Mapping[str, Any], now: float) -> None:
        """Let those who speak for a job know what was answered to one of its rows."""
        known = self._by_job.get(row.job)
        if not known:
            return
        attempt = row.command.get("attempt")
        for report in known:
            if None in {attempt, report.attempt} or attempt == report.attempt:
                if row.kind == "start" and report.attempt is None:
                    report.begun(receipt)
                report.learn(receipt)
                if row.kind in SIGNS_OF_LIFE:
                    report.alive(now)

    def _all(self) -> list[Report]:
        return [report for known in self._by_job.values() for report in known]
