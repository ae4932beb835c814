"""The part of `ConvexSync` that gives files to jobs, and gets them back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _commands, _pages
from ._assets import Wanted
from ._downloads import Download
from ._folders import files_in
from ._many_files import ManyFiles
from ._parts import PART_SIZE
from ._wire import names
from .errors import AssetNotFoundError, InvalidFieldError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from ._assets import AssetUpload
    from ._backend import Backend
    from ._transfer import OnProgress
    from .models import Asset


class AssetCalls(ABC):
    """Files are streamed from and to the disk, and large ones go in parts."""

    _assets: AssetUpload

    @abstractmethod
    def _open(self) -> Backend: ...

    @abstractmethod
    def _query(self, path: str, args: Mapping[str, Any]) -> Any: ...

    def upload_asset(
        self,
        job_id: str,
        path: str | os.PathLike[str],
        *,
        role: str = "output",
        filename: str | None = None,
        content_type: str | None = None,
        public: bool | None = None,
        part_size: int = PART_SIZE,
        on_progress: OnProgress | None = None,
    ) -> Asset:
        """Give a file to a job; what is there already with the same bytes is not sent again.

        The file is streamed from disk. One of more than `part_size` bytes (64 MiB) goes in parts of
        that size; broken off, even by kill -9, the same call sends what is missing, within a week.
        Parts that together are no more than 64 MiB are sent several at once.

        A file of the same role and name is replaced. A `filename` may be a path such as `a/b.png`.
        Whether the public may see it follows from its role, unless `public` says so. `on_progress`
        is called with the bytes that are done and their total, by the threads that send them, one
        at a time; `"bar"` shows a bar. The client's `timeout` does not limit the time that the
        bytes take, only how long they may stand still. Raises an `UploadError` if the file cannot
        be read, or does not hold still.
        """
        self._open()
        wanted = Wanted(
            job_id,
            role,
            Path(path).name if filename is None else filename,
            content_type,
            public,
            part_size,
            on_progress,
        )
        return self._whole(self._assets.upload(path, wanted))

    def upload_folder(
        self,
        job_id: str,
        folder: str | os.PathLike[str],
        *,
        role: str = "output",
        pattern: str = "**/*",
        public: bool | None = None,
        part_size: int = PART_SIZE,
        on_progress: OnProgress | None = None,
    ) -> list[Asset]:
        """Give the files of a folder to a job, each named by its path in there (`pages/1.png`).

        `pattern` says which files, as `Path.glob` reads it. The rest is as with `upload_files`.
        """
        files = files_in(Path(folder), pattern)
        wanted = Wanted(
            job_id, role, "", public=public, part_size=part_size, on_progress=on_progress
        )
        return self._upload(files, wanted, str(folder))

    def upload_files(
        self,
        job_id: str,
        files: Mapping[str, str | os.PathLike[str]],
        *,
        role: str = "output",
        public: bool | None = None,
        part_size: int = PART_SIZE,
        on_progress: OnProgress | None = None,
    ) -> list[Asset]:
        """Give files to a job, each path under the name that it is to have there.

        Small files are sent four at once, and a hundred of them take two calls beside their bytes.
        The rest is as with `upload_asset`. Where a file fails the others of its hundred are stored,
        and then its error is raised.
        """
        wanted = Wanted(
            job_id, role, "", public=public, part_size=part_size, on_progress=on_progress
        )
        paths = {name: Path(path) for name, path in files.items()}
        return self._upload(paths, wanted, f"{len(paths)} files")

    def download_asset(
        self,
        asset: Asset | str,
        *,
        role: str = "output",
        filename: str | None = None,
        to: str | os.PathLike[str] = ".",
        on_progress: OnProgress | None = None,
    ) -> Path:
        """Fetch a file, an asset or the one of a job's id with this role and name; return its path.

        `to` is the path that it gets, or a folder (one that is there, or whatever ends in `/`) that
        it is put into under its name. It appears
        there when all of its bytes have arrived and have the right hash, and replaces what was
        there. Broken off, the same call goes on with what has arrived, which is kept beside it in a
        hidden file. What is there already with the same bytes is not fetched. Raises
        `AssetNotFoundError`, or `DownloadError` if the file cannot be fetched or written.
        """
        backend = self._open()
        found = self._find(asset, role, filename) if isinstance(asset, str) else self._whole(asset)
        return Download(backend.transport).fetch(found, to, on_progress)

    def list_assets(self, job_id: str) -> list[Asset]:
        """Return the files of a job."""
        answer = self._query("assets:list", _commands.job(job_id))
        return [self._whole(names.asset(item)) for item in _pages.whole(answer)]

    def _upload(self, files: Mapping[str, Path], wanted: Wanted, label: str) -> list[Asset]:
        self._open()
        assets = ManyFiles(self._assets).upload(files, wanted, label)
        return [self._whole(asset) for asset in assets]

    def _find(self, job_id: str, role: str, filename: str | None) -> Asset:
        if filename is None:
            raise InvalidFieldError.of("filename", "is missing; pass the name of the job's file")
        named = {"role": _commands.text(role, "role"), "filename": filename}
        answer = self._query("assets:get", {**_commands.job(job_id), **named})
        if answer is None:
            raise AssetNotFoundError(
                f"The job {job_id!r} has no file {filename!r} of the role {role!r}."
            )
        return self._whole(names.asset(answer))

    def _whole(self, asset: Asset) -> Asset:
        """Return an asset with its parts, where the deployment had no room for them."""
        if asset.part_count is None or asset.parts is not None:
            return asset
        named = {"jobId": asset.job_id, "role": asset.role, "filename": asset.filename}
        parts = map(names.asset_part, _pages.items("assets:parts", named, self._query))
        return asset.model_copy(update={"parts": tuple(parts)})
