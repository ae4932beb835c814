"""Runs DAGs as `airflow dags test` does: with DAG@DATE... as arguments.

Each run prints its id and how it ended.
"""

from __future__ import annotations

import json
import sys

import pendulum

from tests.integrations.airflow_dags import books


def main(dag_id: str, date: str) -> None:
    dags = {dag.dag_id: dag for dag in books.ALL}
    run = dags[dag_id].test(logical_date=pendulum.parse(date), run_conf={"owner": "org-1"})
    print(json.dumps({"end": {"run": run.run_id, "state": str(run.state)}}), flush=True)


if __name__ == "__main__":
    for each in sys.argv[1:]:
        main(*each.split("@"))
