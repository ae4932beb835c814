"""How long jobs are kept once they have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jobsync import ConvexSync, InvalidFieldError, PermissionDeniedError, RetentionRule

if TYPE_CHECKING:
    from jobsync.testing import LocalDeployment
    from tests.conftest import Deployment

DAY = 24 * 3600


def rule(state: str, days: int, kind: str | None = None) -> RetentionRule:
    return RetentionRule.model_validate({"state": state, "days": days, "type": kind})


def test_rules_are_set_replaced_told_and_taken_back(own: LocalDeployment) -> None:
    """One for each state and type; `None` takes one back, as often as one likes."""
    with own.sync() as sync:
        assert sync.list_retention() == []
        sync.set_retention("failed", 30)
        sync.set_retention("failed", 7)
        sync.set_retention("succeeded", 1, type="render")
        rules = sync.list_retention()
        for _ in range(2):
            sync.set_retention("failed", None)

        assert rules == [rule("failed", 7), rule("succeeded", 1, "render")]
        assert sync.list_retention() == [rule("succeeded", 1, "render")]


def test_a_job_is_deleted_after_its_days_and_one_that_runs_is_not(own: LocalDeployment) -> None:
    """By the deployment itself, once a day; what has no rule stays."""
    with own.sync() as sync:
        sync.set_retention("succeeded", 2, type="short")
        for job_id, kind in (("a", "short"), ("b", "long"), ("running", "short")):
            sync.create_job(kind, job_id=job_id)
            sync.start_job(job_id)
        for job_id in ("a", "b"):
            sync.record_event(job_id, "seen")
            sync.complete_job(job_id)
        own.advance(1.5 * DAY)
        assert sync.fetch_job("a") is not None
        for _ in range(2):
            own.advance(DAY)

        assert {job.job_id for job in sync.list_jobs()} == {"b", "running"}
        assert sync.stats().succeeded == 1


@pytest.mark.parametrize(
    ("state", "days", "message"),
    [
        ("failed", 0, r"days must be a whole number from 1 to 36500, or null .*it is 0"),
        ("failed", -1, "days must be"),
        ("failed", 36_501, "days must be"),
        ("failed", 1.5, "days: must be a whole number of days, or None; not a float"),
        ("failed", True, "not a bool"),
        ("failed", "7", "not a str"),
        ("running", 7, "state"),
        ("done", 7, "state must be one of succeeded, failed, canceled"),
        (7, 7, "state: must be text"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    sync: ConvexSync, state: Any, days: Any, message: str
) -> None:
    """The error names the argument and what it may be."""
    with pytest.raises(InvalidFieldError, match=message):
        sync.set_retention(state, days)


def test_rules_take_the_key_or_a_token_for_all_jobs(
    deployment: Deployment, sync: ConvexSync
) -> None:
    """A token to write jobs sets no rule, and one for some jobs does not even read them."""
    tokens = [sync.token("write"), sync.token("admin", owner="me")]
    for token in tokens:
        with ConvexSync(deployment.url, token=token) as other:
            with pytest.raises(PermissionDeniedError):
                other.list_retention()
            with pytest.raises(PermissionDeniedError):
                other.set_retention("failed", 1)
    with ConvexSync(deployment.url, token=sync.token("admin")) as admin:
        assert isinstance(admin.list_retention(), list)
