"""Lets people search a site that they have opened from the disk.

Browsers start no worker there; the shim that the theme would fetch from the internet for it comes
from an npm package instead.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIM = Path(__file__).parents[2] / "node_modules/iframe-worker/shim/index.js"
SERVED_AS = "assets/javascripts/iframe-worker.js"


def on_post_build(config: Mapping[str, str], **_: object) -> None:
    """Put it where mkdocs.yml says that it is."""
    shutil.copyfile(SHIM, Path(config["site_dir"]) / SERVED_AS)
