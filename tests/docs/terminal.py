"""The terminal of a page's reader: one bash for each block, and what keeps running beside it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from tests.docs.likeness import missing_line
from tests.docs.named_extras import unknown_extra

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

WITHIN = 240.0
_MARK = "end of a command of the page:"
# What a block exports is there in the next one. The ports of `jobsync dev` may be taken here, and
# what npm would install is there already: a registry is no part of these tests.
_BEGINNING = """
[ -f "$PAGE_EXPORTS" ] && . "$PAGE_EXPORTS"
npm() { [ "$1" = install ] && echo '{"dependencies": {"convex": "*"}}' > package.json; }
jobsync() {
  if [ "$1" = dev ]; then shift; set -- dev --port 0 --site-port 0 "$@"; fi
  command jobsync "$@"
}
"""
_AFTER_A_COMMAND = f'_code=$?; printf "\\n{_MARK}%s\\n" "$_code"; (exit "$_code")\n'
_PART = re.compile(rf"(.*?)\n{_MARK}(\d+)\n", re.DOTALL)
_END = 'export -p > "$PAGE_EXPORTS"; env -0 > "$PAGE_EXPORTS.env"\n'


class Terminal:
    """Runs what console blocks say, in one folder and environment."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._folder = folder
        self._env = {**env, "PAGE_EXPORTS": str(folder.with_suffix(".exports"))}
        self._staying: list[subprocess.Popen[bytes]] = []
        self.commands = ""
        """All that was run, for whoever asks whether a file was."""

    def run(self, block: str) -> str | None:
        """Run a block's commands; answer what was not as the page shows it, if anything."""
        if extra := unknown_extra(block):
            return f"there is no extra {extra!r}"
        commands = [each for each in commands_of(block) if not each[0].startswith("pip install")]
        script = "".join(f"{command}\n{_AFTER_A_COMMAND}" for command, _ in commands)
        done = subprocess.run(
            self._bash(_BEGINNING + script + _END),
            cwd=self._folder,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=WITHIN,
            check=False,
        )
        return _difference(commands, done.stdout.decode())

    def exported(self, name: str) -> str | None:
        """Return what a variable is after the last block."""
        file = self._folder.with_suffix(".exports.env")
        pairs = file.read_text().split("\0") if file.exists() else []
        return dict(pair.partition("=")[::2] for pair in pairs).get(name)

    def stay(self, block: str) -> str | None:
        """Start a program that stays, and wait until it has printed what is shown of it."""
        ((command, shown),) = commands_of(block)
        printed = self._folder.with_suffix(f".printed-{len(self._staying)}")
        with printed.open("wb") as output:
            process = subprocess.Popen(
                self._bash(_BEGINNING + command),
                cwd=self._folder,
                env={**self._env, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._staying.append(process)
        until = time.monotonic() + WITHIN
        while (line := missing_line(shown, printed.read_text())) is not None:
            if process.poll() is not None or time.monotonic() > until:
                return f"$ {command}\ndid not print\n  {line}\nbut\n{printed.read_text()}"
            time.sleep(0.02)
        return None

    def close(self) -> None:
        """End what still runs, with the processes that it has started."""
        for process in self._staying:
            with process:
                os.killpg(process.pid, signal.SIGTERM)

    def _bash(self, script: str) -> list[str]:
        self.commands += script
        return ["bash", "-c", script]


def commands_of(block: str) -> Iterator[tuple[str, str]]:
    """Return each command of a console block, with what is shown below it."""
    command, shown = "", ""
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], ""
        elif line.startswith("> ") and not shown:
            command += "\n" + line[2:]
        else:
            shown += line + "\n"
    yield command, shown


def _difference(commands: list[tuple[str, str]], printed: str) -> str | None:
    """Compare each command's part of the output; a code other than 0 has to be shown."""
    parts = _PART.findall(printed)
    for index, (command, shown) in enumerate(commands):
        if index == len(parts):
            return f"$ {command}\nended the shell:\n{printed}"
        said, code = parts[index]
        is_asked = index + 1 < len(commands) and "$?" in commands[index + 1][0]
        if code != "0" and not is_asked:
            return f"$ {command}\nended with {code}:\n{said}"
        if (line := missing_line(shown, said)) is not None:
            return f"$ {command}\ndid not print\n  {line}\nbut\n{said}"
    return None
