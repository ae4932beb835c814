"""What `doctor` looks at: each check says what it found, and what would put it right."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from importlib.metadata import version
from typing import TYPE_CHECKING

from jobsync import (
    AccessError,
    BackendOutdatedError,
    ClientOutdatedError,
    ConvexSync,
    FunctionsMissingError,
    JobsyncError,
    NotConfiguredError,
    SettingsError,
    TokenExpiredError,
    find_settings,
)
from jobsync.cli._finding import Finding
from jobsync.cli._local_checks import check_node, check_outbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jobsync import Handshake, Setting

TIMEOUT = 10.0
MOST_SKEW = 60.0
"""Seconds that two clocks may differ before it is worth a word; a token lives for five minutes."""

SHORTEST_KEY = 32
"""Characters; tokens are signed with 256 bits."""

SET_KEY = (
    "Set the same key on both sides: `npx convex env set JOBSYNC_API_KEY <a long random key>`, and "
    "JOBSYNC_API_KEY here, in the environment or in .env.local."
)
DEPLOY = "Deploy the functions: `npx convex deploy` (`jobsync init` brings them into a project)."


def check_up(url: str | None, env_file: Path | None) -> Iterator[Finding]:
    """Check one thing after the other."""
    yield from _deployment(url, env_file)
    yield check_node()


def _deployment(url: str | None, env_file: Path | None) -> Iterator[Finding]:
    try:
        found = find_settings(env_file=env_file)
    except SettingsError as error:
        yield Finding("settings", ok=False, found=str(error), fix="Name a file that can be read.")
        return
    yield _address(url, found.url)
    yield _key(found.api_key)
    if not url and found.url is None:
        return
    try:
        sync = ConvexSync(url, env_file=env_file, timeout=TIMEOUT, max_retries=1)
    except SettingsError as error:
        yield Finding("reachable", ok=False, found=str(error), fix="Correct the address.")
        return
    yield check_outbox(sync.url)
    with sync:
        yield from _contact(sync, has_key=found.api_key is not None)


def _address(url: str | None, found: Setting | None) -> Finding:
    if url:
        return Finding("address", ok=True, found=f"{url}, from --url")
    if found is None:
        return Finding(
            "address",
            ok=False,
            found="no deployment is named",
            fix="Set CONVEX_URL, in the environment or in .env.local; `jobsync dev` starts a "
            "deployment here and prints its address.",
        )
    return Finding("address", ok=True, found=f"{found.value}, {_where(found)}")


def _key(found: Setting | None) -> Finding:
    if found is None:
        return Finding("key", ok=False, found="no key is set", fix=SET_KEY)
    length = len(found.value)
    if length < SHORTEST_KEY:
        said = f"set, {_where(found)}, but only {length} characters long: it could be guessed"
        return Finding("key", ok=False, found=said, fix=SET_KEY)
    return Finding("key", ok=True, found=f"set, {_where(found)}")


def _where(setting: Setting) -> str:
    return f"from {setting.name} in {setting.file or 'the environment'}"


def _contact(sync: ConvexSync, *, has_key: bool) -> Iterator[Finding]:
    began = time.monotonic()
    try:
        if not has_key:
            # The one question that nobody needs a key for.
            sync.fetch_public("jobsync-doctor")
        said = sync.handshake() if has_key else None
    except JobsyncError as error:
        yield from _trouble(error)
        return
    took = time.monotonic() - began
    yield Finding("reachable", ok=True, found=f"it answered in {took * 1000:.0f} ms")
    if said is None:
        yield Finding("access", ok=None, found="not checked without a key")
    else:
        yield Finding("access", ok=True, found="the deployment accepts the key")
        yield _versions(said, sync.functions)
        yield _clocks(said)


def _trouble(error: JobsyncError) -> Iterator[Finding]:
    """Tell apart who is at fault: the network, the functions, or the key."""
    said = str(error)
    if isinstance(error, FunctionsMissingError | BackendOutdatedError):
        yield Finding("reachable", ok=True, found="it answers")
        yield Finding("functions", ok=False, found=said, fix=DEPLOY)
    elif isinstance(error, ClientOutdatedError):
        yield Finding("reachable", ok=True, found="it answers")
        fix = "Upgrade this package: `pip install --upgrade jobsync`."
        yield Finding("functions", ok=False, found=said, fix=fix)
    elif isinstance(error, TokenExpiredError):
        yield Finding("reachable", ok=True, found="it answers")
        yield Finding("clocks", ok=False, found=said, fix="Set the clock of this machine.")
    elif isinstance(error, AccessError):
        yield Finding("reachable", ok=True, found="it answers")
        yield Finding("access", ok=False, found=said, fix=_key_fix(error))
    else:
        fix = "See that the address is right and that the deployment runs."
        yield Finding("reachable", ok=False, found=said, fix=fix)


def _key_fix(error: AccessError) -> str:
    if isinstance(error, NotConfiguredError):
        return SET_KEY
    return "Take the deployment's key: `npx convex env get JOBSYNC_API_KEY` prints it."


def _versions(said: Handshake, folder: str) -> Finding:
    ours = version("jobsync")
    place = f", in convex/{folder}/" if folder else ""
    if said.version == ours:
        return Finding("functions", ok=True, found=f"version {ours}, as this package{place}")
    # They speak the same protocol, or the handshake would have failed.
    found = f"version {said.version}, this package is {ours}; they understand each other{place}"
    return Finding("functions", ok=True, found=found)


def _clocks(said: Handshake) -> Finding:
    skew = (said.server_time - datetime.now(timezone.utc)).total_seconds()
    if abs(skew) <= MOST_SKEW:
        return Finding("clocks", ok=True, found=f"{abs(skew):.1f} s apart")
    which = "behind" if skew > 0 else "ahead of"
    found = f"this machine is {abs(skew):.0f} s {which} the deployment"
    fix = "Set the clock of this machine; calls work all the same, but times look odd."
    return Finding("clocks", ok=False, found=found, fix=fix)
