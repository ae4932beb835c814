"""What `test_dagster_daemon.py` has Dagster's own daemon run, as its owner would write it."""

import dagster as dg

from jobsync.integrations.dagster import hooks, run_sensors
from tests.contract.pipelines import LEASE
from tests.integrations.dagster_steps import Jobs, book, broken, stuck


def job_of(step: dg.OpDefinition, name: str) -> dg.JobDefinition:
    graph = dg.GraphDefinition(name=f"{name}_job", node_defs=[step.with_replaced_properties(name)])
    return graph.to_job(hooks=hooks())


defs = dg.Definitions(
    assets=[book],
    jobs=[
        dg.define_asset_job("book_job", selection=[book]),
        job_of(broken, "broken"),
        job_of(stuck, "stuck"),
        job_of(stuck, "held"),
    ],
    resources={
        "jobsync": Jobs(lease=LEASE, webserver_url="http://dagster.example", runs_are_jobs=True)
    },
    sensors=run_sensors(every=1),
)
