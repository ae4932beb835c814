"""The same in the memory of the test: nothing is started, and nothing needs Node.js."""

from __future__ import annotations

from wordbook.book import chapters
from wordbook.pipeline import build

from jobsync.testing import FakeConvexSync


def test_a_run_leaves_the_index_at_its_job(tmp_path):
    """The fake knows the same rules: what it accepts, a deployment accepts."""
    with FakeConvexSync() as sync:
        build(sync, chapters(), tmp_path, job_id="run")

        job = sync.fetch_job("run")
        assert (job.state, job.progress) == ("succeeded", 100)
        assert [asset.filename for asset in sync.list_assets("run")] == ["wordbook.json"]
