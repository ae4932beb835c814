"""Giving a file to a job: ask for a place, send the bytes, register them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _commands
from ._deliver import refusal
from ._parts import PART_SIZE, PartedUpload, check_part_size
from ._transfer import progress_of
from ._uploads import LocalFile, guess_type, open_file
from ._wire import names

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from ._clock import Deadline
    from ._commands import Command
    from ._deliver import Delivery
    from ._sending import Sender, Target
    from ._transfer import OnProgress, Progress
    from .models import Asset


@dataclass(frozen=True)
class Wanted:
    """What a file is to be called, and how it is to be sent."""

    job_id: str
    role: str
    filename: str
    content_type: str | None = None
    public: bool | None = None
    part_size: int = PART_SIZE
    on_progress: OnProgress | None = None

    @property
    def type(self) -> str:
        """The content type, which the name stands for unless it was given."""
        return self.content_type or guess_type(self.filename)

    @property
    def named(self) -> dict[str, str]:
        """The fields that name the asset."""
        return {
            "jobId": _commands.text(self.job_id, "job_id"),
            "role": _commands.text(self.role, "role"),
            "filename": _commands.text(self.filename, "filename"),
        }


@dataclass(frozen=True)
class Stored:
    """Bytes that a deployment has; the command makes them the job's, unless they are already."""

    command: Command
    present: Asset | None


class Uploader:
    """Puts the bytes of files where an `asset` command finds them."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def deadline(self) -> Deadline:
        """Return the time that a call may take."""
        return self._sender.deadline()

    def store(self, path: str | os.PathLike[str], wanted: Wanted) -> Stored:
        """Send a file, or as much of it as is not there yet."""
        with open_file(path) as file:
            check_part_size(wanted.part_size, file.size)
            with progress_of(file.size, wanted.on_progress, wanted.filename) as progress:
                return self.store_open(file, wanted, progress)

    def store_open(
        self, file: LocalFile, wanted: Wanted, progress: Progress, target: Target | None = None
    ) -> Stored:
        """Send an open file, first to a target that was asked for already, if there is one."""
        if file.size > wanted.part_size:
            stored = self._in_parts(file, wanted, progress)
        else:
            stored = self._whole(file, wanted, progress, target)
        file.check_still_there()
        return stored

    def targets(self, files: Sequence[tuple[LocalFile, Wanted]]) -> list[Target]:
        """Ask where to send files of a job, or which of them are there, in one call."""
        asked = [{**wanted.named, "sha256": file.sha256} for file, wanted in files]
        (job_id,) = {each.pop("jobId") for each in asked}
        args = {"jobId": job_id, "files": asked}
        return self._sender.ask("assets:generateUploadUrl", args, files=len(files))

    def _in_parts(self, file: LocalFile, wanted: Wanted, progress: Progress) -> Stored:
        present = self._present(file, wanted)
        if present is not None:
            progress.add(file.size)
            return _known(wanted, present)
        upload = PartedUpload(
            self._sender, wanted.named, file, wanted.part_size, wanted.type, progress
        )
        content = upload.run()
        return Stored(_commands.asset(wanted.named, content, public=wanted.public), None)

    def _whole(
        self, file: LocalFile, wanted: Wanted, progress: Progress, target: Target | None
    ) -> Stored:
        known = [] if target is None else [target]

        def place() -> Target:
            return known.pop() if known else self.targets([(file, wanted)])[0]

        sent = self._sender.send(
            place,
            file.slice(),
            sha256=file.sha256,
            content_type=wanted.type,
            progress=progress,
        )
        if not isinstance(sent, str):
            return _known(wanted, names.asset(sent.get("asset")))
        content = {"storageId": sent, "sha256": file.sha256}
        return Stored(_commands.asset(wanted.named, content, public=wanted.public), None)

    def _present(self, file: LocalFile, wanted: Wanted) -> Asset | None:
        """Return the asset if it is this very file; it is only read for that if it may be."""
        answer = self._sender.backend.query("assets:get", {**wanted.named}, self._sender.deadline())
        asset = None if answer is None else names.asset(answer)
        if asset is None or asset.bytes != file.size or asset.sha256 != file.sha256:
            return None
        return asset


class AssetUpload:
    """Uploads files to jobs and waits until they are the jobs'."""

    def __init__(self, sender: Sender, delivery: Delivery) -> None:
        self.uploader = Uploader(sender)
        self._delivery = delivery

    def upload(self, path: str | os.PathLike[str], wanted: Wanted) -> Asset:
        """Store a file and return what the deployment knows of it."""
        (asset,) = self.register([(self.uploader.store(path, wanted), wanted)])
        return asset

    def register(self, stored: Sequence[tuple[Stored, Wanted]]) -> list[Asset]:
        """Make stored bytes the job's, in one batch, as far as they are not already."""
        known = [
            each.present if wanted.public in {None, each.present and each.present.public} else None
            for each, wanted in stored
        ]
        new = [each.command for (each, _), asset in zip(stored, known, strict=True) if not asset]
        receipts = iter(self._delivery.apply(new, self.uploader.deadline()) if new else ())
        return [asset or _asset(next(receipts)) for asset in known]


def _asset(receipt: Mapping[str, Any]) -> Asset:
    if refused := refusal(receipt):
        raise refused
    return names.asset(receipt.get("asset"))


def _known(wanted: Wanted, present: Asset) -> Stored:
    content = {"sha256": present.sha256}
    return Stored(_commands.asset(wanted.named, content, public=wanted.public), present)
