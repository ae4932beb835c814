"""Runs the command line: what goes wrong becomes one line on stderr and an exit code."""

from __future__ import annotations

import sys
import tempfile
import traceback
import warnings
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import typer

from jobsync import JobsyncError
from jobsync.cli._exit_codes import ExitCode, of_error
from jobsync.cli._output import remark

if TYPE_CHECKING:
    from collections.abc import Callable

# Newer versions of typer have a copy of click of their own: its errors are found by their family.
_MisuseError: type[Any] = typer.BadParameter.__bases__[0]


def run(command: Callable[..., object]) -> int:
    """Run a command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A name that the terminal has no letters for is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    if not sys.warnoptions:
        # What libraries say to programmers; `python -W default` lets it through.
        warnings.simplefilter("ignore")
    try:
        code = command(prog_name="jobsync", standalone_mode=False)
    except JobsyncError as error:
        remark(f"Error: {error}")
        return of_error(error)
    except _MisuseError as error:
        # Without any words typer has printed the help, and says nothing more.
        if said := error.format_message():
            remark(f"Error: {said}{_try_help(error)}")
        return ExitCode.USAGE
    except typer.Abort:
        remark("Nothing was done.")
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 (a person at a terminal is told where the rest is)
        remark(f"Error: {type(error).__name__}: {error}. Its traceback is in {_kept_traceback()}.")
        return ExitCode.FAILED
    return code if isinstance(code, int) else ExitCode.OK


def _try_help(error: Any) -> str:
    return "" if error.ctx is None else f" Try `{error.ctx.command_path} --help`."


def _kept_traceback() -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="jobsync-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exc(file=file)
        return file.name
