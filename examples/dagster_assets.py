"""A Dagster asset as a job, and its materialisation's metadata in the job.

With CONVEX_URL and JOBSYNC_API_KEY as `jobsync dev` prints them, and the webserver running:
dagster asset materialize --select book -f examples/dagster_assets.py
"""

import time

import dagster as dg

from jobsync.integrations.dagster import JobsyncResource, hooks

PAGES = 6


@dg.asset(hooks=hooks(), retry_policy=dg.RetryPolicy(max_retries=2, delay=5))
def book(context: dg.AssetExecutionContext, jobsync: JobsyncResource) -> dg.MaterializeResult:
    """Draw a book, and say how far it is."""
    with jobsync.follow(context) as job:
        for page in range(PAGES):
            time.sleep(1)
            if job is not None:
                job.progress(completed=page + 1, total=PAGES, stage="drawing")
        return dg.MaterializeResult(metadata={"pages": PAGES})


defs = dg.Definitions(
    assets=[book],
    resources={"jobsync": JobsyncResource(webserver_url="http://localhost:3000")},
)
