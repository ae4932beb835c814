"""Values that are too large for a document are put into files before their command is sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._transfer import Progress
from ._wire.size import LARGEST_VALUES, stored_size
from ._wire.values import PACKED, decode, dumps, in_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._commands import Command
    from ._sending import Sender, Target

ROOM = LARGEST_VALUES // 2
"""What may stay where values are too large together, so that what is said later has room, too."""
NOT_WORTH_IT = 1024
MOST_FILES = 32

_VALUES = {"upsert": "record", "create": "record", "complete": "result", "event": "payload"}


class Spill:
    """Sends large values ahead of their commands."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def out(self, command: Command, *, limit: int = LARGEST_VALUES, room: int = ROOM) -> Command:
        """Return the command with its largest values in files, if they are over the limit.

        The deployment's limit is for all that is stored of a job, so a command may be refused
        (`too_large`) that is within it; with a `limit` and `room` of 0 little of it is left.
        """
        field = _VALUES.get(command["kind"])
        if field is None or field not in command:
            return command
        if field != "record":
            (spilled,) = self._spilled({field: command[field]}, limit, room).values()
            return {**command, field: spilled}
        if PACKED in command[field]:
            # So many fields are one text there, in which none can be a file's.
            return command
        return {**command, field: self._spilled(command[field], limit, room)}

    def _spilled(self, values: dict[str, Any], limit: int, room: int) -> dict[str, Any]:
        chosen = _largest(values, limit, room)
        return {key: self._sent(each) if key in chosen else each for key, each in values.items()}

    def _sent(self, value: Any) -> dict[str, Any]:
        content = _Text(dumps(decode(value)).encode())
        sha256 = hashlib.sha256(content.text).hexdigest()

        def place() -> Target:
            (target,) = self._sender.ask("uploads:generateUrls", {"count": 1}, files=1)
            return target

        storage_id = self._sender.send(
            place,
            content,
            sha256=sha256,
            content_type="application/json",
            progress=Progress(content.size, None),
        )
        return in_file({"storageId": storage_id, "sha256": sha256})


@dataclass(frozen=True)
class _Text:
    text: bytes

    @property
    def size(self) -> int:
        return len(self.text)

    def chunks(self) -> Iterator[memoryview]:
        yield memoryview(self.text)


def _largest(values: dict[str, Any], limit: int, room: int) -> set[str]:
    """Return the fewest fields without which the rest is small enough."""
    sizes = {key: stored_size(value) for key, value in values.items()}
    rest = sum(sizes.values())
    chosen: set[str] = set()
    if rest <= limit:
        return chosen
    for key in sorted(sizes, key=lambda key: -sizes[key])[:MOST_FILES]:
        if rest <= room or sizes[key] < NOT_WORTH_IT:
            break
        rest -= sizes[key]
        chosen.add(key)
    return chosen
