"""What an exception that ended a job says of itself on the wire."""

from __future__ import annotations

import traceback

LONGEST_MESSAGE = 4_000
LONGEST_TRACEBACK = 16_000


def describe(error: BaseException) -> dict[str, str]:
    """Return an error's message, its type, and its traceback, which the deployment keeps private.

    It cannot fail: text that is too long or not valid Unicode is cut or replaced, as otherwise the
    report of a failure would be one.
    """
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {
        "message": _storable(_message(error))[:LONGEST_MESSAGE],
        "type": _name(type(error)),
        # The end says what went wrong, the beginning only who called.
        "traceback": _storable(trace)[-LONGEST_TRACEBACK:],
    }


def may_be_retried(error: BaseException) -> bool:
    """Return whether another attempt may help; an error says so with an attribute `retryable`."""
    return getattr(error, "retryable", True) is not False


def reason_to_stop(error: BaseException) -> str:
    """Return why a job was left that neither succeeded nor failed."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted with Ctrl-C"
    if isinstance(error, SystemExit):
        return f"the process exited (code {_exit_code(error)}) before the job was done"
    return f"stopped by {_name(type(error))}"


def _exit_code(error: SystemExit) -> int:
    # Anything but a number is printed by the interpreter, which then exits with 1.
    if error.code is None:
        return 0
    return error.code if isinstance(error.code, int) else 1


def _message(error: BaseException) -> str:
    try:
        return str(error) or type(error).__name__
    except Exception:  # noqa: BLE001 (a __str__ of somebody else's)
        return f"{type(error).__name__}, whose text cannot be had"


def _name(kind: type[BaseException]) -> str:
    where = "" if kind.__module__ in {"builtins", "__main__"} else f"{kind.__module__}."
    return f"{where}{kind.__qualname__}"


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
