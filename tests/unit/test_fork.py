"""Forks."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref

from jobsync._fork import around_fork


class Counter:
    def __init__(self) -> None:
        self.renewed = self.held = self.unheld = 0
        self.around = around_fork(self.hold, self.unhold, self.renew)

    def hold(self) -> None:
        self.held += 1

    def unhold(self) -> None:
        self.unheld += 1

    def renew(self) -> None:
        self.renewed += 1


def in_child(ask: object) -> int:
    """Return what a forked child answers."""
    child = os.fork()
    if child == 0:
        os._exit(ask())  # type: ignore[operator]
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_what_lives_is_renewed_in_each_child_and_not_in_the_parent() -> None:
    """A child starts with everything made anew, once."""
    counter = Counter()

    assert in_child(lambda: counter.renewed) == 1
    assert in_child(lambda: in_child(lambda: counter.renewed)) == 2
    assert counter.renewed == 0


def test_what_lives_is_held_while_the_process_forks() -> None:
    """The parent lets go of it after that, as often as it has held it."""
    counter = Counter()

    assert in_child(lambda: counter.held - counter.unheld) == 1
    assert (counter.held, counter.unheld) == (1, 1)


def test_what_is_gone_is_not_kept_alive() -> None:
    """Being on the list keeps nothing from being collected."""
    kept, gone = Counter(), weakref.ref(Counter())
    gc.collect()

    assert in_child(lambda: kept.renewed) == 1
    assert gone() is None


def test_what_another_thread_imports_is_there_in_the_child() -> None:
    """Else the child would wait for it for ever."""
    code = (
        "import os, threading, jobsync\n"
        "sync = jobsync.ConvexSync('http://127.0.0.1:1', api_key='k' * 32)\n"
        "threads = [threading.Thread(target=sync.token) for _ in range(4)]\n"
        "[thread.start() for thread in threads]\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    sync.token()\n"
        "    os._exit(0)\n"
        "os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    for _ in range(3):
        assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0
