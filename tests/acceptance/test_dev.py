"""`jobsync dev` as people start it: a process of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import jwt
import pytest
import requests

GUARD = 60


class Dev:
    """One `jobsync dev` process, in an empty folder."""

    def __init__(self, folder, *options, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jobsync.cli", "dev", *options],
            cwd=folder,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ready(self):
        """Read the line of `--json`."""
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return json.loads(line)

    def end(self):
        """Wait until it has ended by itself, and answer its exit code and what it said."""
        said, complained = self.process.communicate(timeout=GUARD)
        return self.process.returncode, said, complained


@pytest.fixture
def dev(tmp_path):
    started = []

    def start(*options, **environment):
        started.append(Dev(tmp_path, *options, **environment))
        return started[-1]

    yield start
    for each in started:
        with each.process as process:
            process.terminate()


FREE_PORTS = ("--port", "0", "--site-port", "0")


def test_the_one_line_of_json_names_a_deployment_that_answers(dev):
    ready = dev("--json", *FREE_PORTS).ready()
    assert set(ready) == {"url", "siteUrl", "adminKey", "apiKey", "dataDir", "pid", "page"}
    assert requests.get(f"{ready['url']}/version", timeout=GUARD).status_code == 200


def test_the_functions_of_jobsync_are_there_without_a_deploy(dev):
    ready = dev("--json", *FREE_PORTS).ready()
    job = {"jobId": "first", "status": "processing"}
    bearer = {"Authorization": f"Bearer {ready['apiKey']}"}
    posted = requests.post(f"{ready['siteUrl']}/api/job", json=job, headers=bearer, timeout=GUARD)
    assert (posted.status_code, posted.json()["ok"]) == (200, True)


def test_the_data_folder_is_in_the_current_one_and_ignored_by_git(dev, tmp_path):
    ready = dev("--json", *FREE_PORTS).ready()
    assert ready["dataDir"] == str(tmp_path / ".jobsync")
    assert "*" in (tmp_path / ".jobsync" / ".gitignore").read_text().splitlines()


def test_a_second_start_on_the_same_folder_is_refused_and_the_first_goes_on(dev, tmp_path):
    ready = dev("--json", *FREE_PORTS).ready()
    code, said, complained = dev("--json", *FREE_PORTS).end()
    assert (code, said) == (1, "")
    assert str(tmp_path / ".jobsync") in complained
    assert "Traceback" not in complained
    assert requests.get(f"{ready['url']}/version", timeout=GUARD).status_code == 200


def test_a_port_that_is_taken_is_named(dev):
    ready = dev("--json", *FREE_PORTS).ready()
    taken = str(urlsplit(ready["url"]).port)
    code, _, complained = dev("--data", "other", "--port", taken, "--site-port", "0").end()
    assert code == 1
    assert taken in complained
    assert "--port" in complained


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_with_exit_code_0_and_frees_the_port(dev, ending):
    running = dev("--json", *FREE_PORTS)
    ready = running.ready()
    running.process.send_signal(ending)
    code, _, complained = running.end()
    assert (code, complained) == (0, "")
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", urlsplit(ready["url"]).port))


def test_killed_with_9_it_takes_the_deployment_with_it(dev):
    running = dev("--json", *FREE_PORTS)
    ready = running.ready()
    running.process.kill()
    # The deployment holds the other end of stderr, so this returns when it has ended as well.
    running.end()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{ready['url']}/version", timeout=GUARD)


def test_what_was_stored_is_there_after_a_restart_on_the_same_folder(dev):
    first = dev("--json", *FREE_PORTS)
    ready = first.ready()
    bearer = {"Authorization": f"Bearer {ready['apiKey']}"}
    job = {"jobId": "first", "status": "processing", "idea": "a game"}
    requests.post(f"{ready['siteUrl']}/api/job", json=job, headers=bearer, timeout=GUARD)
    first.process.terminate()
    first.end()
    ready = dev("--json", *FREE_PORTS).ready()
    found = requests.get(
        f"{ready['siteUrl']}/api/job", params={"id": "first"}, headers=bearer, timeout=GUARD
    )
    assert found.json()["idea"] == "a game"


@pytest.mark.parametrize(("options", "shown"), [((), False), (("--show-key",), True)])
def test_the_text_says_how_to_connect_and_shows_the_key_only_when_asked(
    dev, tmp_path, options, shown
):
    running = dev(*FREE_PORTS, *options)
    lines = iter(running.process.stdout.readline, "")
    text = ""
    for line in lines:
        text += line
        if "Ctrl-C" in line:
            break
    keys = json.loads((tmp_path / ".jobsync" / "keys.json").read_text())
    assert "export CONVEX_URL=http://127.0.0.1:" in text
    assert re.search(r"  http://127\.0\.0\.1:\d+/#token=\S+\n", text)
    assert (keys["apiKey"] in text) is shown
    assert keys["adminKey"] not in text


def test_a_data_folder_that_cannot_be_made_is_named(dev, tmp_path):
    (tmp_path / "file").touch()
    code, _, complained = dev("--data", "file/inside", *FREE_PORTS).end()
    assert code == 1
    assert "data folder cannot be used" in complained
    assert "file/inside" in complained


def test_a_node_that_cannot_be_used_is_named_with_what_to_do(dev, tmp_path):
    code, said, complained = dev(JOBSYNC_NODE=str(tmp_path / "nowhere")).end()
    assert (code, said) == (1, "")
    assert f"{tmp_path / 'nowhere'} does not start" in complained
    assert "Traceback" not in complained


@pytest.mark.parametrize(("options", "scope"), [((), "write"), (("--read-only",), "read")])
def test_the_link_to_the_page_opens_no_more_than_the_page_needs(dev, options, scope):
    page = dev("--json", *FREE_PORTS, *options).ready()["page"]
    address, _, token = page.partition("/#token=")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["scope"] == scope
    assert claims["exp"] - claims["iat"] == 12 * 3600
    assert requests.get(address, timeout=GUARD).status_code == 200
