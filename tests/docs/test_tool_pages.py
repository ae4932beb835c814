"""What the pages about tools say, somebody can do who has the tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.docs.fences import read
from tests.docs.pages import PAGES, name_of, tool_of
from tests.integrations.tool_environments import made, takes_minutes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jobsync.testing import LocalDeployment
    from tests.docs.reader import Reader

SETTINGS = {
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}
"""No telemetry, no examples, and patience."""
SLOW = {"airflow", "prefect"}
SERVERS = {
    "celery": {"REDIS_URL": "redis_url"},
    "rq": {"REDIS_URL": "redis_url"},
    "temporal": {"TEMPORAL_ADDRESS": "temporal_address"},
}
"""Which variables name a server that a tool needs, and the fixtures that start one."""


@pytest.mark.parametrize("page", [page for page in PAGES if tool_of(page)], ids=name_of)
def test_the_page_of_a_tool_runs_where_the_tool_is(
    page: Path,
    jobsync_deployment: LocalDeployment,
    folder: Path,
    open_page: Callable[..., Reader],
    request: pytest.FixtureRequest,
) -> None:
    """A reader who has the tool, and a server where it wants one, meets no error."""
    tool = page.stem
    if tool in SLOW:
        takes_minutes(f"the page of {tool}")
    needed = SERVERS.get(tool, {})
    servers = {name: request.getfixturevalue(fixture) for name, fixture in needed.items()}
    homes = {name: str(folder) for name in ("AIRFLOW_HOME", "DAGSTER_HOME", "PREFECT_HOME")}
    env = made(tool).variables(jobsync_deployment, folder.parent, **SETTINGS, **servers, **homes)
    reader = open_page(page, env)
    read(page, reader.do)

    assert reader.files_that_nothing_ran() == []
