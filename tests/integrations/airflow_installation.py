"""An Airflow of the tests' own: a home with a database, our plugin and DAGs."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.integrations.tool_environments import HERE, ToolEnvironment, made

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Deployment

MIGRATE_WITHIN = 300


def installed(
    deployment: Deployment, home: Path, **more: str
) -> tuple[ToolEnvironment, dict[str, str]]:
    """Return where Airflow is installed, and the environment of its processes."""
    tool = made("airflow")
    settings = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__API__BASE_URL": "http://airflow.example",
        "AIRFLOW__CORE__DAGS_FOLDER": str(HERE / "airflow_dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(HERE / "airflow_plugins"),
    }
    variables = tool.variables(deployment, home, **{**settings, **more})
    _give_database(tool, variables, home)
    return tool, variables


def _give_database(tool: ToolEnvironment, variables: dict[str, str], home: Path) -> None:
    """Copy a new database; making one takes long, and is done once."""
    kept = tool.folder / "airflow.db"
    database = home / "airflow.db"
    if not kept.exists():
        subprocess.run(
            [tool.command("airflow"), "db", "migrate"],
            env=variables,
            check=True,
            capture_output=True,
            timeout=MIGRATE_WITHIN,
        )
        shutil.copy(database, kept)
    shutil.copy(kept, database)
