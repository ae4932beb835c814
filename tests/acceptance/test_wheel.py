"""What `pip install jobsync` gives: the wheel alone runs a deployment that has our functions."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parent.parent.parent

PIPELINE = """
import json, sys
from jobsync import ConvexSync

deployment = json.loads(sys.argv[1])
with ConvexSync(deployment["url"], api_key=deployment["apiKey"]) as sync:
    sync.upsert_job({"id": "first", "status": "processing", "idea": "a fox"})
    asset = sync.upload_asset("first", sys.argv[2])
    sync.upsert_job({"id": "first", "status": "done"})
    job = sync.fetch_job("first")
print(json.dumps([job.state, job["idea"], asset.bytes]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `bin` of an environment that has the built wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", symlinks=True, with_pip=False)
    python = folder / "env" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps"]
    subprocess.run([*install, "--no-index", str(wheel)], check=True, capture_output=True)
    # The dependencies are those of this environment; its own editable jobsync does not come along,
    # since a path file is only read in the environment's own folder.
    (own,) = (folder / "env" / "lib").glob("python*/site-packages")
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python.parent


@pytest.fixture
def deployment(installed: Path, tmp_path: Path) -> Iterator[str]:
    """Run `jobsync dev` of the wheel in an empty folder; give the line it prints when ready."""
    dev = [str(installed / "jobsync"), "dev", "--json", "--port", "0", "--site-port", "0"]
    process = subprocess.Popen(dev, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        process.stdout.close()


def test_the_wheel_alone_keeps_a_job_with_its_file(
    installed: Path, deployment: str, tmp_path: Path
) -> None:
    """Without a clone, npm or the Convex CLI, a pipeline stores a job and a file."""
    file = tmp_path / "out.txt"
    file.write_text("made")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}

    said = subprocess.run(
        [str(installed / "python"), "-c", PIPELINE, deployment, str(file)],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )

    assert json.loads(said.stdout) == ["succeeded", "a fox", 4]


FAKE = """
from jobsync.testing import FakeConvexSync

with FakeConvexSync() as sync:
    sync.upsert_job({"id": "first", "status": "done"})
    print(sync.fetch_job("first").state)
"""


def test_the_wheel_has_a_deployment_in_memory(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the extra, a test needs neither Node nor another process."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    said = subprocess.run(
        [str(installed / "python"), "-c", FAKE],
        cwd=tmp_path,
        env={**os.environ, "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
    )

    assert said.stdout == "succeeded\n"


def test_the_wheel_brings_the_functions_for_other_deployments(
    installed: Path, tmp_path: Path
) -> None:
    """`jobsync init` needs neither a clone nor a network."""
    subprocess.run(
        [str(installed / "jobsync"), "init"], cwd=tmp_path, check=True, capture_output=True
    )

    assert (tmp_path / "convex" / "schema.ts").read_bytes() == (
        ROOT / "convex" / "schema.ts"
    ).read_bytes()


def test_the_wheel_is_what_runs(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package under test comes from the wheel, not from the clone."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    said = subprocess.run(
        [str(installed / "python"), "-c", "import jobsync; print(jobsync.__file__)"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )

    assert Path(said.stdout.strip()).is_relative_to(installed.parent)


def test_a_project_tests_its_pipeline_with_what_the_wheel_brings(
    installed: Path, tmp_path: Path
) -> None:
    """The example's own suite, installed and run as its authors do."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "examples" / "pytest-project", project)
    python = str(installed / "python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--quiet"]
    subprocess.run([*install, "--no-index", "--no-build-isolation", str(project)], check=True)
    shutil.rmtree(project / "src")

    suite = subprocess.run(
        [python, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=project,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert suite.returncode == 0, suite.stdout
    assert re.search(r"\b10 passed\b", suite.stdout)


def test_the_page_comes_with_the_wheel(deployment: str) -> None:
    """At the address that `jobsync dev` prints, with all that it loads."""
    address = json.loads(deployment)["page"].partition("/#")[0]
    index = requests.get(f"{address}/", timeout=30)
    assert "script-src 'self'" in index.headers["Content-Security-Policy"]
    parts = re.findall(r'(?:src|href)="\./([^"]+)"', index.text)
    assert {Path(part).suffix for part in parts} == {".js", ".css", ".svg"}
    for part in parts:
        assert requests.get(f"{address}/{part}", timeout=30).status_code == 200
