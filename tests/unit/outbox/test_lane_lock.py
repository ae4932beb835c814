"""Locks that die with their process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jobsync.outbox.lane_lock import LaneLock

ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from jobsync.outbox.lane_lock import LaneLock
lock = LaneLock.take(Path(sys.argv[1]))
print(lock is not None, flush=True)
sys.stdin.read()
"""


def test_a_lock_is_had_by_one(tmp_path: Path) -> None:
    """Until it is given back."""
    path = tmp_path / "lanes" / "one"
    lock = LaneLock.take(path)
    assert lock is not None
    assert LaneLock.take(path) is None
    lock.release()
    again = LaneLock.take(path)
    assert again is not None
    again.remove()

    assert not path.exists()


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    """Killed with 9, and whatever process gets its number next."""
    path = tmp_path / "one"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "True"
        assert LaneLock.take(path) is None
        process.kill()
        process.wait()
    lock = LaneLock.take(path)
    assert lock is not None
    lock.release()
