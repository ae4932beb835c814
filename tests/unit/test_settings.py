"""Where the settings come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jobsync import SettingsError, settings

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://happy-otter-123.convex.cloud"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder inside a project whose files name a deployment."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".env.local").write_text(
        "CONVEX_URL=https://local.test\nJOBSYNC_API_KEY=local-key\n"
    )
    (tmp_path / ".env").write_text("CONVEX_URL=https://plain.test\nJOBSYNC_API_KEY=plain-key\n")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    return inner


def test_an_argument_wins_over_the_environment_which_wins_over_the_files(project: Path) -> None:
    """Each source is asked only where those before it are silent."""
    environ = {"CONVEX_URL": "https://environ.test", "JOBSYNC_API_KEY": "environ-key"}

    argument = settings.load(
        "https://argument.test", "argument-key", environ=environ, folder=project
    )
    environment = settings.load(environ=environ, folder=project)
    files = settings.load(environ={}, folder=project)
    (project.parents[1] / ".env.local").unlink()
    last = settings.load(environ={}, folder=project)

    assert (argument.url, argument.api_key) == ("https://argument.test", "argument-key")
    assert (environment.url, environment.api_key) == ("https://environ.test", "environ-key")
    assert (files.url, files.api_key) == ("https://local.test", "local-key")
    assert (last.url, last.api_key) == ("https://plain.test", "plain-key")


def test_a_self_hosted_url_is_known(project: Path) -> None:
    """The name that self-hosted deployments use is read, after the usual one."""
    one = settings.load(environ={"CONVEX_SELF_HOSTED_URL": "http://127.0.0.1:3210"}, folder=project)
    both = settings.load(
        environ={"CONVEX_SELF_HOSTED_URL": "http://127.0.0.1:3210", "CONVEX_URL": URL},
        folder=project,
    )

    assert (one.url, both.url) == ("http://127.0.0.1:3210", URL)


def test_files_above_the_project_are_not_read(tmp_path: Path) -> None:
    """Another project's settings further up are not taken."""
    (tmp_path / ".env").write_text(f"CONVEX_URL={URL}\n")
    inner = tmp_path / "project"
    inner.mkdir()
    (inner / ".git").mkdir()

    with pytest.raises(SettingsError, match="No deployment is named"):
        settings.load(environ={}, folder=inner)


def test_a_nearer_file_wins(project: Path) -> None:
    """The file of the current folder is asked before those of its parents."""
    (project / ".env.local").write_text(f"CONVEX_URL={URL}")

    found = settings.load(environ={}, folder=project)

    assert (found.url, found.api_key) == (URL, "local-key")


def test_a_token_makes_the_key_needless(project: Path) -> None:
    """Whoever passes a token does not get the key of the environment beside it."""
    found = settings.load(URL, token="t", environ={"JOBSYNC_API_KEY": "k"}, folder=project)

    assert (found.api_key, found.token) == (None, "t")


def test_secrets_are_not_in_the_repr(project: Path) -> None:
    """Settings can be logged."""
    shown = repr(settings.load(URL, "the-key", "the-token", environ={}, folder=project))

    assert URL in shown
    assert "the-key" not in shown
    assert "the-token" not in shown


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("JOBSYNC_API_KEY=plain", "plain"),
        ("  JOBSYNC_API_KEY = spaced  ", "spaced"),
        ('export JOBSYNC_API_KEY="quoted # no comment"', "quoted # no comment"),
        ("JOBSYNC_API_KEY='single'", "single"),
        ("JOBSYNC_API_KEY=a=b", "a=b"),
        ("JOBSYNC_API_KEY=value # comment", "value"),
        ("# JOBSYNC_API_KEY=no", None),
        ("JOBSYNC_API_KEY=", None),
        ("no pair\n\nJOBSYNC_API_KEY=after", "after"),
        ("JOBSYNC_API_KEY=one, two", "one"),
    ],
)
def test_lines_of_a_file(tmp_path: Path, line: str, value: str | None) -> None:
    """What `npx convex dev` and people write is read; of several keys the first signs."""
    (tmp_path / ".env").write_text(f"\ufeff{line}\n", encoding="utf-8")

    assert value == settings.load(URL, environ={}, folder=tmp_path).api_key


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """The error says which file it is."""
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00bad")

    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        settings.load(environ={}, folder=tmp_path)


@pytest.mark.parametrize("url", [URL, URL + "/", f"  {URL}  ", "http://127.0.0.1:3210/base/"])
def test_an_address_is_taken_without_its_slash(url: str) -> None:
    """Addresses are compared and joined in one form."""
    assert url.strip().rstrip("/") == settings.check_url(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("happy-otter-123", "http:// or https://"),
        ("ftp://x.test", "http:// or https://"),
        ("https://", "http:// or https://"),
        ("http://x.test:port", "not a URL"),
        ("http://[::1", "not a URL"),
        ("https://user:pass@x.test", "user name"),
        ("https://happy-otter-123.convex.site", ".convex.cloud"),
    ],
)
def test_an_address_that_cannot_be_a_deployments_is_refused(url: str, said: str) -> None:
    """The error says what is wrong, and repeats no password."""
    with pytest.raises(SettingsError) as caught:
        settings.check_url(url)

    assert said in str(caught.value)
    assert "pass@" not in str(caught.value)


def test_a_named_file_wins_over_the_environment(project: Path, tmp_path: Path) -> None:
    """Who names a file means it; what it does not say is found as without it."""
    named = tmp_path / "production.env"
    named.write_text(f"CONVEX_URL={URL}\n")
    environ = {"CONVEX_URL": "https://environ.test"}

    found = settings.load(env_file=named, environ=environ, folder=project)

    assert (found.url, found.api_key) == (URL, "local-key")


def test_a_named_file_must_be_there(project: Path) -> None:
    """A slip in its name is not answered with another deployment."""
    with pytest.raises(SettingsError, match=r"nowhere\.env cannot be read"):
        settings.load(env_file="nowhere.env", environ={}, folder=project)


def test_what_was_found_says_where_it_stands(project: Path) -> None:
    """So that somebody who meets the wrong deployment sees why; the key is not shown."""
    found = settings.find_settings(environ={"CONVEX_SELF_HOSTED_URL": URL}, folder=project)

    assert found.url == settings.Setting(URL, "CONVEX_SELF_HOSTED_URL")
    assert found.api_key is not None
    assert found.api_key.file == project.parents[1] / ".env.local"
    assert "local-key" not in repr(found)


def test_where_nothing_is_said_nothing_is_found(tmp_path: Path) -> None:
    """Looking is no error; only connecting is."""
    (tmp_path / ".git").mkdir()

    assert settings.find_settings(environ={}, folder=tmp_path) == settings.FoundSettings(None, None)


@pytest.mark.parametrize(
    ("given", "functions"),
    [(None, None), ("", ""), ("/", ""), ("jobsync", "jobsync"), ("/lib/jobsync/", "lib/jobsync")],
)
def test_functions_are_a_folder_below_convex(given: str | None, functions: str | None) -> None:
    """Or nothing is said of them, and they are to be found."""
    assert settings.load("https://a.b", functions=given, environ={}).functions == functions


def test_the_environment_says_where_the_functions_are() -> None:
    """As it does for address and key."""
    environ = {"CONVEX_URL": "https://a.b", "JOBSYNC_FUNCTIONS": "jobsync"}
    assert settings.load(environ=environ).functions == "jobsync"


@pytest.mark.parametrize("given", ["jobs:upsert", "a b", "../jobsync", "a.ts"])
def test_what_is_no_folder_is_refused(given: str) -> None:
    """With the field's name."""
    with pytest.raises(SettingsError, match="functions must be a folder"):
        settings.load("https://a.b", functions=given, environ={})
