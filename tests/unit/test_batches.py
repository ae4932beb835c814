"""How commands are put into batches."""

from __future__ import annotations

from jobsync._batches import MOST_BYTES, MOST_COMMANDS, split


def test_large_commands_go_out_in_several_batches() -> None:
    """Each is as full as it may be."""
    third = {"kind": "event", "payload": "x" * (MOST_BYTES // 3 - 100)}
    huge = {"kind": "event", "payload": "x" * (MOST_BYTES + 1)}

    assert [len(batch) for batch in split([third] * 7)] == [3, 3, 1]
    assert [len(batch) for batch in split([third, huge, third])] == [1, 1, 1]


def test_many_commands_go_out_in_several_batches() -> None:
    """Nothing is left out, the order stays, and no batch is empty."""
    commands = [{"kind": "event", "eventId": str(number)} for number in range(801)]
    batches = list(split(commands))

    assert [len(batch) for batch in batches] == [MOST_COMMANDS, MOST_COMMANDS, 1]
    assert [command for batch in batches for command in batch] == commands
    assert list(split([])) == []
