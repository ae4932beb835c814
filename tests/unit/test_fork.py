"""Forks."""

from __future__ import annotations

import os

from jobsync._fork import renew_after_fork


class Counter:
    def __init__(self) -> None:
        self.renewed = 0

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
    renew_after_fork(counter)

    assert in_child(lambda: counter.renewed) == 1
    assert in_child(lambda: in_child(lambda: counter.renewed)) == 2
    assert counter.renewed == 0


def test_what_is_gone_is_not_kept_alive() -> None:
    """Being on the list keeps nothing from being collected."""
    kept, gone = Counter(), Counter()
    renew_after_fork(kept)
    renew_after_fork(gone)
    del gone

    assert in_child(lambda: kept.renewed) == 1
