"""`jobsync demo` as people start it: a process of its own, on real pictures."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image

from jobsync.cli._demo.deploy import CONVEX_CLI
from jobsync.cli._demo.pictures import shipped
from tests.acceptance.corrupting_proxy import corrupting_proxy

GUARD = 180
REPOSITORY = Path(__file__).parents[2]


def run_demo(folder, *words, program=("-m", "jobsync.cli"), **environment):
    return subprocess.run(
        [sys.executable, *program, "demo", *map(str, words)],
        cwd=folder,
        # Wide enough for whole lines; the width of this terminal is not the test's.
        env=os.environ | {"COLUMNS": "200"} | environment,
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )


@pytest.fixture(scope="module")
def badge(tmp_path_factory):
    """Draw a picture as a user may have it: with soft transparency of its own."""
    down, across = np.mgrid[-1:1:90j, -1:1:120j]
    pixels = np.zeros((90, 120, 4), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, 120)
    pixels[..., 1] = 90
    pixels[..., 3] = np.clip((1 - np.hypot(down, across)) * 600, 0, 255)
    path = tmp_path_factory.mktemp("mine") / "my badge.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture(scope="module")
def kept(tmp_path_factory, badge):
    """Run the demo once, away from any clone, on two shipped pictures and the user's own."""
    folder = tmp_path_factory.mktemp("demo")
    ran = run_demo(folder, *shipped()[1:3], badge, "--keep", folder / "kept")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout, folder / "kept"


def job_folders(kept):
    return {
        json.loads((folder / "job.json").read_text())["name"]: folder
        for folder in (kept / "jobs").iterdir()
    }


def test_each_picture_becomes_a_job_with_its_files_on_disk(kept):
    _, folder = kept
    jobs = job_folders(folder)
    assert set(jobs) == {"chelsea", "coffee", "my-badge"}
    for name, job in jobs.items():
        files = {str(path.relative_to(job)) for path in job.rglob("*") if path.is_file()}
        outputs = {f"outputs/{name}{part}.png" for part in ("", "_mask", "_debug")}
        renders = {"studio/on_white.png", "studio/on_black.png"}
        assert files == {"job.json", "trace/trace.json", *renders, *outputs}


def test_the_record_on_disk_has_the_fields_of_the_service_and_is_done(kept):
    _, folder = kept
    record = json.loads((job_folders(folder)["chelsea"] / "job.json").read_text())
    assert (record["status"], record["progress_stage"]) == ("done", "done")
    assert (record["error"], record["retry_after"]) == (None, None)
    assert set(record["component"]["assets"].values()) == {None}
    assert record["telemetry"]["alpha_error_max"] <= 1


def test_a_picture_with_its_own_transparency_comes_back_with_exactly_that(kept, badge):
    _, folder = kept
    with Image.open(badge) as opened:
        truth = np.asarray(opened)
    with Image.open(job_folders(folder)["my-badge"] / "outputs" / "my-badge.png") as opened:
        recovered = np.asarray(opened)
    np.testing.assert_array_equal(recovered[..., 3], truth[..., 3])
    opaque = truth[..., 3] == 255
    np.testing.assert_array_equal(recovered[opaque], truth[opaque])


def test_the_table_has_a_row_with_a_whole_address_for_each_job(kept):
    output, _ = kept
    rows = re.findall(r"^\S+-[0-9a-f]{6} +succeeded .* (http://\S+)$", output, re.MULTILINE)
    assert len(rows) == 3
    assert "3 jobs, 12 files" in output
    assert "followed live by a second process" in output


def test_the_kept_deployment_serves_the_same_addresses_again(kept):
    output, folder = kept
    (command,) = re.findall(r"^ +jobsync (dev .*)$", output, re.MULTILINE)
    (address,) = re.findall(r"^chelsea-.* (http://\S+)$", output, re.MULTILINE)
    again = subprocess.Popen(
        [sys.executable, "-m", "jobsync.cli", *shlex.split(command), "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    with again:
        assert again.stdout.readline(), "it did not start"
        served = requests.get(address, timeout=GUARD).content
        again.terminate()
    assert served == (job_folders(folder)["chelsea"] / "outputs" / "chelsea.png").read_bytes()


def test_one_byte_changed_on_the_way_is_named_for_each_file_and_ends_with_1(badge, tmp_path):
    with corrupting_proxy() as environment:
        ran = run_demo(tmp_path, badge, **environment)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    for name in ("my-badge.png", "my-badge_mask.png", "my-badge_debug.png", "trace.json"):
        assert re.search(rf"differs +my-badge-\S+ {name}: the download has sha256", ran.stdout)
    assert "1 of 1 jobs differ" in ran.stdout


def test_with_stay_the_addresses_open_until_ctrl_c(badge, tmp_path):
    command = [sys.executable, "-m", "jobsync.cli", "demo", str(badge), "--stay"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=os.environ | {"COLUMNS": "200"},
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        said = ""
        while "Ctrl-C" not in said:
            line = demo.stdout.readline()
            assert line, f"it ended too early: {said}"
            said += line
        (address,) = re.findall(r"http://\S+/api/storage/\S+", said)
        (page,) = re.findall(r"http://\S+/#token=\S+", said)
        for shown in (address, page):
            assert requests.get(shown, timeout=GUARD).status_code == 200
        demo.send_signal(signal.SIGINT)
    assert demo.returncode == 0, said


@pytest.mark.skipif(not (REPOSITORY / CONVEX_CLI).is_file(), reason="not a clone with node_modules")
def test_in_a_clone_the_functions_are_deployed_by_convex_own_cli(badge):
    ran = run_demo(REPOSITORY, badge)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "deployed to it by `npx convex deploy`" in ran.stdout


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [("gone.png", None, "no such file"), ("notes.txt", b"hello", "not a picture")],
)
def test_a_file_that_is_no_picture_is_named_before_anything_starts(
    tmp_path, name, content, problem
):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = run_demo(tmp_path, tmp_path / name, "--keep", tmp_path / "kept")
    assert ran.returncode == 1
    assert f"{name}: {problem}" in ran.stderr
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("package", ["numpy", "PIL", "skimage"])
def test_without_the_extra_the_message_says_how_to_install_it(tmp_path, package):
    start = f"import sys; sys.modules[{package!r}] = None; from jobsync.cli import main; main()"
    ran = run_demo(tmp_path, program=("-c", start))
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"Error: jobsync demo needs {package}")
    assert "pip install 'jobsync[demo]'" in ran.stderr
