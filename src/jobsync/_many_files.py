"""Giving many files to a job: several at once, asked for and registered together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from ._parts import CONNECTIONS, check_part_size
from ._transfer import progress_of
from ._uploads import LocalFile, open_file
from .errors import JobsyncError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ._assets import AssetUpload, Stored, Wanted
    from ._sending import Target
    from ._transfer import Progress
    from .models import Asset

FILES_AT_ONCE = 100
"""Each is open until it is sent; the deployment takes more."""

Named = tuple["Path", "Wanted"]


class ManyFiles:
    """Uploads many files of one job."""

    def __init__(self, assets: AssetUpload) -> None:
        self._assets = assets

    def upload(self, paths: Mapping[str, Path], wanted: Wanted, label: str) -> list[Asset]:
        """Store files, each under its name; `label` is that of the bar.

        What was stored before something failed is the job's, and is not sent again.
        """
        files = [(path, replace(wanted, filename=name)) for name, path in paths.items()]
        total = 0
        for path, _ in files:
            with open_file(path) as file:
                check_part_size(wanted.part_size, file.size)
                total += file.size
        with progress_of(total, wanted.on_progress, label) as progress:
            batches = (files[at : at + FILES_AT_ONCE] for at in range(0, len(files), FILES_AT_ONCE))
            return [asset for batch in batches for asset in self._batch(batch, progress)]

    def _batch(self, files: list[Named], progress: Progress) -> list[Asset]:
        with ExitStack() as stack:
            opened = [(stack.enter_context(open_file(path)), wanted) for path, wanted in files]
            small = [each for each in opened if each[0].size <= each[1].part_size]
            # Those in parts have several connections each.
            large = [each for each in opened if each not in small]
            outcomes = [*self._together(small, progress), *self._each(large, progress)]
        stored = [each for each in outcomes if not isinstance(each[0], JobsyncError)]
        assets = self._assets.register(stored)  # type: ignore[arg-type]
        for outcome, _ in outcomes:
            if isinstance(outcome, JobsyncError):
                raise outcome
        return sorted(assets, key=lambda asset: asset.filename)

    def _together(self, files: list[Opened], progress: Progress) -> list[Outcome]:
        if not files:
            return []
        with ThreadPoolExecutor(CONNECTIONS, "jobsync-upload") as pool:
            # Hashed here, several at once, and known from then on.
            list(pool.map(lambda each: each[0].sha256, files))
            targets = self._assets.uploader.targets(files)
            sent = zip(files, targets, strict=True)
            try:
                return list(pool.map(lambda each: self._store(each[0], each[1], progress), sent))
            except BaseException:
                # Whoever has had enough does not want to wait for what is under way.
                progress.stop()
                raise

    def _each(self, files: list[Opened], progress: Progress) -> Iterator[Outcome]:
        return (self._store(each, None, progress) for each in files)

    def _store(self, each: Opened, target: Target | None, progress: Progress) -> Outcome:
        file, wanted = each
        try:
            return self._assets.uploader.store_open(file, wanted, progress, target), wanted
        except JobsyncError as error:
            return error, wanted


Opened = tuple[LocalFile, "Wanted"]
Outcome = tuple["Stored | JobsyncError", "Wanted"]
