"""Whether the deployment has what a pipeline said: all of it, once, in its order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobsync import ConvexSync, Job
    from tests.faults.truth import Said


@dataclass
class Verdict:
    """What was found wrong, in words; `acknowledged` commands were looked at."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        kinds = {"lost": self.lost, "twice": self.twice, "disordered": self.disordered}
        return [f"{kind}: {line}" for kind, lines in kinds.items() for line in lines]


def judge(sync: ConvexSync, owner: str, jobs: dict[str, Said]) -> Verdict:
    """Hold the records of an owner's jobs to what was said of them."""
    verdict = Verdict()
    found = {job_id: sync.fetch_job(job_id) for job_id in jobs}
    for job_id, said in jobs.items():
        verdict.acknowledged += sum(map(len, said.said.values()))
        job = found[job_id]
        if job is not None:
            _judge_job(verdict, job, said)
            _judge_events(verdict, sync, job_id, said)
            _judge_files(verdict, sync, job_id, said)
        elif any(said.said.values()):
            verdict.lost.append(f"{job_id}: the whole job")
    counted = sum(sync.stats(owner=owner).model_dump().values())
    there = sum(job is not None for job in found.values())
    if counted != there:
        verdict.twice.append(f"{owner}: {there} jobs were counted as {counted}")
    return verdict


def _judge_job(verdict: Verdict, job: Job, said: Said) -> None:
    at_least, at_most = 1 + len(said.said["again"]), 1 + len(said.begun["again"])
    if job.attempt < at_least:
        verdict.lost.append(f"{job.job_id}: attempt {job.attempt}, not {at_least}")
    if job.attempt > at_most:
        verdict.twice.append(f"{job.job_id}: attempt {job.attempt}, not {at_most}")
    if said.said["end"] and job.result != {"number": said.said["end"][-1]}:
        verdict.lost.append(f"{job.job_id}: its end, {job.state} with {job.result}")
    if (number := job.get("number")) not in said.may_be_last("field"):
        verdict.disordered.append(f"{job.job_id}: field {number}, {said.may_be_last('field')}")
    if (done := job.completed) not in said.may_be_progress():
        verdict.disordered.append(f"{job.job_id}: progress {done}, {said.may_be_progress()}")


def _judge_events(verdict: Verdict, sync: ConvexSync, job_id: str, said: Said) -> None:
    found = [event.payload for event in sync.list_events(job_id)]
    if lost := set(said.said["event"]) - set(found):
        verdict.lost.append(f"{job_id}: events {sorted(lost)}")
    if len(found) > len(set(found)) or not set(found) <= set(said.begun["event"]):
        verdict.twice.append(f"{job_id}: events {found}")
    if found != sorted(found):
        verdict.disordered.append(f"{job_id}: events {found}")


def _judge_files(verdict: Verdict, sync: ConvexSync, job_id: str, said: Said) -> None:
    found = sorted(int(file.filename) for file in sync.list_assets(job_id))
    if lost := set(said.said["file"]) - set(found):
        verdict.lost.append(f"{job_id}: files {sorted(lost)}")
    if len(found) > len(set(found)) or not set(found) <= set(said.begun["file"]):
        verdict.twice.append(f"{job_id}: files {found}")
