"""The unmodified Python clients of Convex against the embedded deployment that the wheel ships."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobsync.embedded.node import find_node
from jobsync.embedded.server import Start, embedded_deployment

REPOSITORY = Path(__file__).parents[2]
APP = REPOSITORY / "devserver" / "test" / "apps" / "basic"
CONVEX_CLI = REPOSITORY / "node_modules" / "convex" / "bin" / "main.js"
SCENARIOS = Path(__file__).with_name("official_client_scenarios.py")

# What a call may take before it counts as hanging; a guard, nothing is measured.
GUARD = 60


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    """Start a deployment without functions and push the test app to it with the official CLI."""
    with embedded_deployment(Start(tmp_path_factory.mktemp("data"), push=False)) as started:
        target = {
            "CONVEX_SELF_HOSTED_URL": started.url,
            "CONVEX_SELF_HOSTED_ADMIN_KEY": started.admin_key,
        }
        flags = ("--typecheck", "disable", "--codegen", "disable")
        subprocess.run(
            [find_node(None), CONVEX_CLI, "deploy", "-y", *flags],
            cwd=APP,
            env={**os.environ, **target},
            capture_output=True,
            timeout=GUARD,
            check=True,
        )
        yield started


def play(deployment, scenario):
    """Run one scenario in a process of its own, and return what it found."""
    ran = subprocess.run(
        [sys.executable, SCENARIOS, scenario, deployment.url, deployment.admin_key],
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


transports = pytest.mark.parametrize("transport", ["http", "websocket"])


@transports
def test_values_of_every_kind_come_back_as_they_went(deployment, transport):
    """Numbers, 64-bit integers, bytes, text, null and lists survive the way there and back."""
    assert play(deployment, f"values_over_{transport}") is True


def test_a_large_value_arrives_whole_over_the_websocket(deployment):
    """Ten megabytes go there and back."""
    assert play(deployment, "large_value_over_websocket") == 10_000_000


@transports
def test_mutations_actions_and_queries_run(deployment, transport):
    """What a mutation and an action wrote is what a query reads."""
    assert play(deployment, f"calls_over_{transport}") == ["one", "TWO"]


@transports
def test_a_convex_error_arrives_with_its_data(deployment, transport):
    """A mutation that throws a ConvexError raises one with the same data, and does not hang."""
    assert play(deployment, f"errors_over_{transport}") == {"code": "refused", "author": "ada"}


@transports
def test_internal_functions_need_the_admin_key(deployment, transport):
    """Without the key an internal function cannot be found, with it it runs."""
    assert play(deployment, f"admin_over_{transport}") == [True, True]


def test_a_subscription_follows_writes_and_scheduled_functions(deployment):
    """Each commit that changes the answer reaches the subscriber, in order."""
    assert play(deployment, "subscription") == [[], ["one"], ["one", "two"]]
