"""Getting a file of a job onto the disk: whole and verified under its name, or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ._transfer import progress_of
from .errors import ConnectionFailedError, DownloadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from hashlib import _Hash

    from ._transfer import OnProgress, Progress
    from ._transports.http import HttpTransport
    from .models import Asset, AssetPart

CHUNK = 1 << 20


class Download:
    """Fetches assets. What has arrived of one is kept beside its name until it is complete."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def fetch(
        self, asset: Asset, to: str | os.PathLike[str], on_progress: OnProgress | None
    ) -> Path:
        """Return where the file is: `to`, or below it if that is a folder."""
        target = _target(asset.filename, os.fspath(to))
        try:
            with progress_of(asset.bytes, on_progress, asset.filename) as progress:
                self._fetch(asset, target, progress)
        except OSError as error:
            raise DownloadError(f"{target} cannot be written: {error.strerror}.") from error
        return target

    def _fetch(self, asset: Asset, target: Path, progress: Progress) -> None:
        if _is_there(target, asset):
            progress.add(asset.bytes)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{asset.sha256[:16]}.partial")
        # Neither emptied nor appended to: what is there may be good, and is looked at first.
        with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT, 0o666), "r+b") as stream:
            whole = hashlib.sha256()
            for start, part in _placed(asset):
                whole = self._part(stream, start, part, whole, progress)
            stream.truncate(asset.bytes)
            if whole.hexdigest() != asset.sha256:
                stream.truncate(0)
                raise _other(asset.filename)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(target)

    def _part(
        self, stream: BinaryIO, start: int, part: AssetPart, whole: _Hash, progress: Progress
    ) -> _Hash:
        """Return the hash of all that is good, this part included."""
        have = min(part.bytes, max(0, os.fstat(stream.fileno()).st_size - start))
        # What is there already may be bad; what was fetched anew must not be.
        for known in (have, 0):
            progress.add(known)
            self._complete(stream, start, known, part, progress)
            digest, so_far = hashlib.sha256(), whole.copy()
            for chunk in _read(stream, start, part.bytes):
                digest.update(chunk)
                so_far.update(chunk)
            if digest.hexdigest() == part.sha256:
                return so_far
            progress.add(-part.bytes)
            stream.truncate(start)
        raise _other("A part of the file")

    def _complete(
        self, stream: BinaryIO, start: int, have: int, part: AssetPart, progress: Progress
    ) -> None:
        """Fetch what is missing of a part, each attempt from where the last one broke off."""

        def attempt() -> None:
            nonlocal have
            stream.seek(start + have)
            for chunk in self._transport.download(str(part.url), have):
                stream.write(chunk[: part.bytes - have])
                progress.add(min(len(chunk), part.bytes - have))
                have = min(part.bytes, have + len(chunk))
            if have < part.bytes:
                raise ConnectionFailedError("The download ended before the file was complete.")

        if have < part.bytes:
            self._transport.retrying.run(attempt)
        stream.flush()


def _target(filename: str, to: str) -> Path:
    """Return where a file goes; a name from elsewhere must not lead out of the folder."""
    folder = Path(to)
    if not folder.is_dir() and not to.endswith(("/", os.sep)):
        return folder
    target = folder / filename
    is_plain = all(part not in {"", ".", ".."} for part in filename.split("/"))
    if is_plain and "\\" not in filename and folder.resolve() in target.resolve().parents:
        return target
    raise DownloadError(f"{filename!r} leads out of {to}; pass `to` with the name of a file.")


def _is_there(target: Path, asset: Asset) -> bool:
    if not target.is_file() or target.stat().st_size != asset.bytes:
        return False
    digest = hashlib.sha256()
    with target.open("rb") as stream:
        for chunk in _read(stream, 0, asset.bytes):
            digest.update(chunk)
    return digest.hexdigest() == asset.sha256


def _placed(asset: Asset) -> Iterator[tuple[int, AssetPart]]:
    """Go through the parts and where each begins; a file that is whole is one part."""
    from .models import AssetPart

    start = 0
    for part in asset.parts or [AssetPart(url=asset.url, bytes=asset.bytes, sha256=asset.sha256)]:
        if part.url is None:
            raise DownloadError(f"{asset.filename} is no longer stored; upload it again.")
        yield start, part
        start += part.bytes


def _read(stream: BinaryIO, start: int, size: int) -> Iterator[bytes]:
    stream.seek(start)
    while size and (chunk := stream.read(min(CHUNK, size))):
        yield chunk
        size -= len(chunk)


def _other(name: str) -> DownloadError:
    return DownloadError(f"{name} is not what its uploader said it is; upload it again.")
