"""A terminal of a given size, and the process that runs in it."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
from typing import TYPE_CHECKING

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

GUARD = 60


class Terminal:
    """What the process has written, raw and as it stands on the screen."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: dict[str, str],
        size: tuple[int, int],
    ) -> None:
        width, height = size
        self.raw = b""
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = threading.Condition()
        self._ended = False
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def text(self) -> str:
        """What is on the screen."""
        with self._changed:
            return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        """What is on the screen, with its colours."""
        with self._changed:
            screen = self._screen
            return [
                [screen.buffer[row][column] for column in range(screen.columns)]
                for row in range(screen.lines)
            ]

    def wait_for(self, is_there: Callable[[str], bool] | str) -> str:
        """Wait until the screen is as wanted, and return it."""
        wanted = (lambda text: is_there in text) if isinstance(is_there, str) else is_there
        with self._changed:
            self._changed.wait_for(lambda: wanted(self.text) or self._ended, GUARD)
        text = self.text
        assert wanted(text), text
        return text

    def type(self, text: str) -> None:
        """Type something."""
        os.write(self._ours, text.encode())

    def end(self) -> int:
        """Wait until the process has ended by itself, and return its exit code."""
        code = self.process.wait(GUARD)
        self._reader.join(GUARD)
        return code

    def close(self) -> None:
        """End what still runs."""
        with self.process as process:
            process.kill()
        self._reader.join(GUARD)
        os.close(self._ours)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._ours, 65_536)
            except OSError:  # the last process that had the other end is gone
                data = b""
            with self._changed:
                self.raw += data
                self._stream.feed(data)
                self._ended = not data
                self._changed.notify_all()
            if not data:
                return
