"""How many commands go out in one call, which is bounded in number and in bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._wire.values import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._commands import Command

MOST_COMMANDS = 400
"""The deployment takes 500."""

MOST_BYTES = 4 * 1024 * 1024
"""A function takes arguments of 16 MiB, and one command may have almost one."""


def split(commands: Iterable[Command]) -> Iterator[list[Command]]:
    """Go through commands in batches, in their order."""
    batch: list[Command] = []
    size = 0
    for command in commands:
        added = len(dumps(command))
        if batch and (len(batch) == MOST_COMMANDS or size + added > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(command)
        size += added
    if batch:
        yield batch
