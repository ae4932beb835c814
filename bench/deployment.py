"""A fresh embedded deployment for one benchmark."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobsync.embedded.server import Deployment, Start, embedded_deployment


@contextmanager
def fresh_deployment() -> Iterator[Deployment]:
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_deployment(Start(data=Path(folder))) as deployment,
    ):
        yield deployment
