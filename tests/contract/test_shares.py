"""Showing one job to somebody who has no key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from jobsync import ConvexSync, InvalidFieldError, JobNotFoundError, JobsyncError

if TYPE_CHECKING:
    from jobsync.testing import LocalDeployment
    from tests.conftest import Deployment


def shared_job(sync: ConvexSync, job_id: str) -> str:
    """Make a private job that has succeeded."""
    sync.create_job("secret-type", job_id=job_id, name="Fox")
    sync.complete_job(job_id, "all of it")
    return job_id


def test_a_share_shows_the_public_view_of_a_private_job(
    deployment: Deployment, sync: ConvexSync, job_id: str
) -> None:
    """Nothing but that, and of no other job."""
    share = sync.share(shared_job(sync, job_id), expires_in=3600)
    other = shared_job(sync, f"{job_id}-other")
    with ConvexSync(deployment.url, token=share.token) as guest:
        public = guest.fetch_public(job_id)
        assert public is not None
        assert (public.name, public.state, public.result) == ("Fox", "succeeded", "all of it")
        assert "secret-type" not in public.model_dump_json()
        for call in (guest.fetch_job, guest.delete_job, guest.list_assets):
            with pytest.raises(JobsyncError):
                call(job_id)
        assert not visible(guest, other)


def visible(guest: ConvexSync, job_id: str) -> bool:
    try:
        return guest.fetch_public(job_id) is not None
    except JobsyncError:
        return False


def test_a_share_says_until_when_it_is_good(sync: ConvexSync, job_id: str) -> None:
    """On the deployment's clock."""
    job = sync.fetch_job(shared_job(sync, job_id))
    share = sync.share(job_id, expires_in=60)

    assert job is not None
    assert timedelta(seconds=55) < share.expires_at - job.updated_at < timedelta(seconds=120)


def test_a_share_has_a_link_where_the_deployment_knows_of_a_page(own: LocalDeployment) -> None:
    """It names the job and the deployment; the token stays behind the #."""
    with own.sync() as sync:
        own.set_variable("JOBSYNC_DASHBOARD_URL", "")
        assert sync.share(shared_job(sync, "a job")).link is None
        own.set_variable("JOBSYNC_DASHBOARD_URL", "https://jobs.example/")
        share = sync.share("a job")

    assert share.link is not None
    page, _, said = share.link.partition("#")
    expected = {"share": [share.token], "job": ["a job"], "deployment": [own.url]}
    assert (page, parse_qs(said)) == ("https://jobs.example/", expected)
    assert share.token not in repr(share)


def test_a_share_that_was_revoked_shows_nothing_more(
    deployment: Deployment, sync: ConvexSync, job_id: str
) -> None:
    """The others of the same job go on; revoking it again is no error."""
    shared_job(sync, job_id)
    first, second = (sync.share(job_id) for _ in range(2))
    assert [sync.unshare(job_id, first.share_id) for _ in range(2)] == [True, False]

    for share, is_visible in ((first, False), (second, True)):
        with ConvexSync(deployment.url, token=share.token) as guest:
            assert visible(guest, job_id) is is_visible


@pytest.mark.parametrize("expires_in", [0, 0.5, 367 * 24 * 3600])
def test_a_share_has_bounds(sync: ConvexSync, job_id: str, expires_in: float) -> None:
    """The error names the field."""
    with pytest.raises(InvalidFieldError, match="expires"):
        sync.share(shared_job(sync, job_id), expires_in=expires_in)


def test_a_job_that_does_not_exist_cannot_be_shared(sync: ConvexSync, job_id: str) -> None:
    """Nor can a share of it be revoked."""
    with pytest.raises(JobNotFoundError):
        sync.share(job_id)
    with pytest.raises(JobNotFoundError):
        sync.unshare(job_id, "share")
