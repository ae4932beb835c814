"""Which deployment, key and functions: arguments, environment, then `.env.local`, then `.env`.

The only module that reads the environment. The files are those that `npx convex dev` writes; they
are looked for in the current folder and its parents, up to the root of the project. A file that is
named is an argument, too: it goes before the environment.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from .errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

URL_NAMES = ("CONVEX_URL", "CONVEX_SELF_HOSTED_URL")
KEY_NAMES = ("JOBSYNC_API_KEY",)
FUNCTIONS_NAMES = ("JOBSYNC_FUNCTIONS",)
FILES = (".env.local", ".env")
FOLDER = re.compile(r"\w+(/\w+)*", re.ASCII)
ROOT_MARKS = (".git", "pyproject.toml", "package.json", "convex.json")


@dataclass(frozen=True)
class Settings:
    """Where a deployment is, and the secret that opens it; one of key and token, or neither."""

    url: str
    api_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    functions: str | None = None
    """The folder below convex/ with jobsync's functions, "" for its top; `None`: to be found."""


@dataclass(frozen=True)
class Setting:
    """A value that was found, and where: a name in the environment or in a file."""

    value: str = field(repr=False)
    name: str
    file: Path | None = None
    """The file that says it; `None` for the environment."""


@dataclass(frozen=True)
class FoundSettings:
    """What the surroundings say, unchecked; `None` where they say nothing."""

    url: Setting | None
    api_key: Setting | None
    functions: Setting | None = None


def load(
    url: str | None = None,
    api_key: str | None = None,
    token: str | None = None,
    *,
    functions: str | None = None,
    env_file: str | os.PathLike[str] | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """Find the settings; an argument wins over the environment, which wins over the files."""
    sources = _Sources(environ, folder, env_file)
    found_url = url or _value_of(sources.first(URL_NAMES))
    if not found_url:
        raise SettingsError(
            "No deployment is named. Pass ConvexSync(url=...), or set CONVEX_URL in the "
            "environment or in .env.local, as `npx convex dev` does."
        )
    if api_key is None and token is None:
        api_key = _value_of(sources.first(KEY_NAMES))
    if functions is None:
        functions = _value_of(sources.first(FUNCTIONS_NAMES))
    return Settings(check_url(found_url), signing_key(api_key), token, check_folder(functions))


def find_settings(
    *,
    env_file: str | os.PathLike[str] | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> FoundSettings:
    """Return what `ConvexSync` would take without a URL and a key, and where it stands."""
    sources = _Sources(environ, folder, env_file)
    names = (URL_NAMES, KEY_NAMES, FUNCTIONS_NAMES)
    return FoundSettings(*(sources.first(each) for each in names))


def signing_key(value: str | None) -> str | None:
    """Return the key to sign with: the first, where a rotation has put several."""
    keys = [key.strip() for key in (value or "").split(",")]
    return next((key for key in keys if key), None)


def check_url(url: str) -> str:
    """Return the address without a trailing slash, or say why it cannot be a deployment's."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise SettingsError(f"The deployment's address is not a URL: {error}.") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise SettingsError(
            "The deployment's address must start with http:// or https://, "
            "for example https://happy-otter-123.convex.cloud."
        )
    if parts.username or parts.password:
        raise SettingsError("The deployment's address must not hold a user name or password.")
    if host.endswith(".convex.site"):
        raise SettingsError(
            f"{host} serves HTTP routes; functions are called at the address in .convex.cloud."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def check_folder(functions: str | None) -> str | None:
    """Return the folder of the functions without slashes around it, or say why it is none."""
    if functions is None:
        return None
    folder = functions.strip().strip("/")
    if folder and not FOLDER.fullmatch(folder):
        raise SettingsError(
            f"functions must be a folder below convex/, such as jobsync; it is {functions!r}."
        )
    return folder


def outbox_path(
    url: str,
    given: str | os.PathLike[str] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
) -> Path | None:
    """Return the file that keeps what waits for a deployment; `None` if there is no place for it.

    An argument wins over `JOBSYNC_OUTBOX`, which wins over a file for each deployment in the
    folder where programs of this user keep such things.
    """
    values = os.environ if environ is None else environ
    named = given or named_outbox(values)
    if named:
        return Path(named).absolute()
    folder = _state_folder(values)
    if folder is None:
        return None
    host = re.sub(r"[^a-z0-9.-]", "-", urlsplit(url).netloc.lower())
    mark = hashlib.sha256(url.encode()).hexdigest()[:8]
    return folder / "jobsync" / f"{host}-{mark}.sqlite"


def named_outbox(environ: Mapping[str, str] | None = None) -> str | None:
    """Return the outbox that somebody named."""
    return (os.environ if environ is None else environ).get("JOBSYNC_OUTBOX") or None


def chosen_node(environ: Mapping[str, str] | None = None) -> str | None:
    """Return the Node.js that somebody chose for the embedded deployment."""
    return (os.environ if environ is None else environ).get("JOBSYNC_NODE") or None


def _state_folder(environ: Mapping[str, str]) -> Path | None:
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA")
        return Path(local) if local else None
    if state := environ.get("XDG_STATE_HOME"):
        return Path(state).absolute()
    home = environ.get("HOME")
    if not home:
        return None
    if sys.platform == "darwin":
        return Path(home) / "Library" / "Application Support"
    return Path(home) / ".local" / "state"


class _Sources:
    """Where settings are looked for, in order; the project's files are read when needed."""

    def __init__(
        self,
        environ: Mapping[str, str] | None,
        folder: Path | None,
        env_file: str | os.PathLike[str] | None,
    ) -> None:
        self._folder = folder
        self._files: list[_Source] | None = None
        self._first = [_Source(os.environ if environ is None else environ)]
        if env_file is not None:
            self._first.insert(0, _Source.of(Path(env_file)))

    def first(self, names: tuple[str, ...]) -> Setting | None:
        return _first(self._first, names) or _first(self._project(), names)

    def _project(self) -> list[_Source]:
        if self._files is None:
            self._files = [_Source.of(path) for path in _paths(self._folder or Path.cwd())]
        return self._files


class _Source(NamedTuple):
    values: Mapping[str, str]
    file: Path | None = None

    @classmethod
    def of(cls, file: Path) -> _Source:
        return cls(_parse(file), file)


def _first(sources: Sequence[_Source], names: tuple[str, ...]) -> Setting | None:
    for source in sources:
        for name in names:
            if value := source.values.get(name):
                return Setting(value, name, source.file)
    return None


def _value_of(setting: Setting | None) -> str | None:
    return None if setting is None else setting.value


def _paths(folder: Path) -> Iterator[Path]:
    folders = [folder]
    while not any((folders[-1] / mark).exists() for mark in ROOT_MARKS):
        if folders[-1].parent == folders[-1]:
            # No project around: only the current folder speaks for itself.
            folders = [folder]
            break
        folders.append(folders[-1].parent)
    return (path for name in FILES for each in folders if (path := each / name).is_file())


def _parse(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {type(error).__name__}.") from None
    pairs = (line.strip().removeprefix("export ").partition("=") for line in lines)
    return {
        name.strip(): _value(text.strip()) for name, sep, text in pairs if sep and name[:1] != "#"
    }


def _value(text: str) -> str:
    if text[:1] in {'"', "'"}:
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else text[1:]
    return text.split(" #", 1)[0].strip()
