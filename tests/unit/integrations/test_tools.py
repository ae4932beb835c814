"""How a tool is imported that may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jobsync.integrations._tools import need

if TYPE_CHECKING:
    from pathlib import Path


def test_a_tool_that_is_there_is_imported() -> None:
    """What is asked for is the module itself."""
    assert need("json.decoder", "json").JSONDecoder


def test_a_tool_that_is_missing_is_named_with_what_to_install() -> None:
    """The error is the one of a missing import, and says what to do."""
    with pytest.raises(ModuleNotFoundError, match=r"needs nowhere.*'jobsync\[some\]'"):
        need("nowhere.at.all", "some")


def test_what_a_tool_itself_lacks_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installing the tool once more would not help."""
    (tmp_path / "broken_tool.py").write_text("import missing_part\n")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(ModuleNotFoundError, match="No module named 'missing_part'"):
        need("broken_tool", "some")
