import json

import pytest

from jobsync.cli._demo.deploy import CONVEX_CLI, find_clone


@pytest.fixture
def clone(tmp_path):
    """Make what counts of a clone: a package.json of that name, and Convex's CLI installed."""
    (tmp_path / "package.json").write_text(json.dumps({"name": "jobsync"}))
    (tmp_path / CONVEX_CLI).parent.mkdir(parents=True)
    (tmp_path / CONVEX_CLI).touch()
    return tmp_path


def test_a_clone_is_found_from_its_root_and_from_inside(clone):
    inside = clone / "docs" / "decisions"
    inside.mkdir(parents=True)
    assert find_clone(clone) == find_clone(inside) == clone


def test_a_clone_without_its_node_modules_does_not_count(clone):
    (clone / CONVEX_CLI).unlink()
    assert find_clone(clone) is None


@pytest.mark.parametrize("package", ['{"name": "someone-elses-app"}', "[]", "not json"])
def test_somebody_elses_project_is_never_taken_for_the_clone(clone, package):
    (clone / "package.json").write_text(package)
    assert find_clone(clone) is None
