"""How much of a transfer is done."""

from __future__ import annotations

import pytest

from jobsync._transfer import Progress, Share, TransferStoppedError, progress_of


def test_what_is_done_is_told_with_the_total() -> None:
    """Bytes that have to go again are taken back."""
    told: list[tuple[int, int]] = []
    with progress_of(10, lambda *each: told.append(each), "a") as progress:
        for count in (4, 4, -4, 6):
            progress.add(count)

    assert told == [(4, 10), (8, 10), (4, 10), (10, 10)]


def test_nobody_has_to_listen() -> None:
    """Nothing is told then."""
    with progress_of(10, None, "a") as progress:
        progress.add(10)


def test_a_bar_shows_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    """It is drawn on the terminal, and ends with the transfer."""
    with progress_of(10, "bar", "a.bin") as progress:
        progress.add(10)

    assert "a.bin" in capsys.readouterr().out


def test_a_stopped_transfer_moves_no_more_bytes() -> None:
    """Its threads end where they next do; those that have to go again may still be taken back."""
    progress = Progress(10, None)
    progress.add(5)
    progress.stop()

    with pytest.raises(TransferStoppedError):
        progress.add(1)
    with pytest.raises(TransferStoppedError):
        progress.check()
    progress.add(-5)


def test_one_file_of_several_can_be_stopped_alone() -> None:
    """The others go on, and all of them count."""
    told: list[int] = []
    whole = Progress(10, lambda done, _: told.append(done))
    one, other = Share(whole), Share(whole)
    one.add(3)
    one.stop()
    other.add(4)

    with pytest.raises(TransferStoppedError):
        one.add(1)
    assert told == [3, 7]
