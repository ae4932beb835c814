"""The image service's orchestrator: one picture from cut-out to published component."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsync.cli._demo import alpha, drawing
from jobsync.cli._demo.matte import subject_matte
from jobsync.cli._demo.store import ComponentJob
from jobsync.cli._demo.trace import Trace

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from jobsync import ConvexSync
    from jobsync.cli._demo.pictures import Picture
    from jobsync.cli._demo.store import JobStore

# Stage and the progress with which it starts.
STAGES = {
    "queued": 0,
    "cutting out": 5,
    "rendering": 25,
    "recovering alpha": 40,
    "writing files": 55,
    "uploading": 70,
    "finishing": 90,
    "done": 100,
}


@dataclass(frozen=True)
class JobFile:
    """A file of a job that goes to Convex too."""

    path: Path
    role: str
    content_type: str = "image/png"


class ComponentPipeline:
    """Turns pictures into transparent components; its jobs are on disk and in Convex."""

    def __init__(self, store: JobStore, sync: ConvexSync) -> None:
        self._store = store
        self._sync = sync

    def create(self, picture: Picture) -> ComponentJob:
        """Accept a picture: its job is stored as queued."""
        height, width = picture.rgba.shape[:2]
        job = ComponentJob(
            id=f"{picture.name}-{uuid.uuid4().hex[:6]}",
            name=picture.name,
            type="image-component",
            prompt=f"The subject of {picture.source.name}, on a transparent ground",
            style_context="as photographed" if not picture.has_alpha else "as drawn",
            layout_intent="hero",
            render_size_hint={"width": width, "height": height} if not picture.has_alpha else None,
        )
        self._store.create_job(job)
        return job

    def enqueue(self, job: ComponentJob) -> None:
        """Say that the job waits for its turn."""
        self._report_progress(job, "queued")

    def run(self, job: ComponentJob, picture: Picture) -> list[JobFile]:
        """Do the whole job and answer its files; a failure is stored with the job and raised."""
        trace = Trace(job.id, self._sync)
        try:
            return self._process(job, picture, trace)
        except Exception as error:
            job.status, job.error = "error", f"{type(error).__name__}: {error}"
            self._store.save_job(job)
            raise

    def _process(self, job: ComponentJob, picture: Picture, trace: Trace) -> list[JobFile]:
        pictures, errors = self._make_pictures(job, picture, trace)
        self._enter(job, "uploading", trace, **errors)
        for file in pictures:
            self._upload(job, file)
        job.component = _manifest(job, pictures, picture)

        self._enter(job, "finishing", trace, files=len(pictures))
        job.telemetry = {**errors, "seconds": trace.seconds()}
        trace_file = self._write_trace(job, trace)
        self._upload(job, trace_file)
        self._sync.upsert_job({"id": job.id, "visibility": "public", "progress": STAGES["done"]})
        job.status, job.progress_stage = "done", "done"
        self._store.save_job(job)
        return [*pictures, trace_file]

    def _make_pictures(
        self, job: ComponentJob, picture: Picture, trace: Trace
    ) -> tuple[list[JobFile], dict[str, float]]:
        self._enter(job, "cutting out", trace)
        colour, matte = _cut_out(picture)
        self._enter(job, "rendering", trace, coverage=round(float(matte.mean()), 4))
        on_white = alpha.render(colour, matte, alpha.WHITE)
        on_black = alpha.render(colour, matte, alpha.BLACK)
        self._enter(job, "recovering alpha", trace)
        recovered = alpha.recover(on_white, on_black)
        self._enter(job, "writing files", trace)
        files = self._write_pictures(job, on_white, on_black, recovered.rgba)
        return files, _measure(recovered, matte, on_white, on_black)

    def _write_trace(self, job: ComponentJob, trace: Trace) -> JobFile:
        path = self._store.folder(job.id) / "trace" / "trace.json"
        path.write_text(json.dumps(trace.document(), indent=2) + "\n", encoding="utf-8")
        return JobFile(path, "trace", "application/json")

    def _enter(self, job: ComponentJob, stage: str, trace: Trace, **found: Any) -> None:
        trace.step(stage, found)
        job.status, job.progress_stage = "processing", stage
        self._store.save_job(job)
        self._report_progress(job, stage)

    def _report_progress(self, job: ComponentJob, stage: str) -> None:
        # Progress is no field of the record: a patch of its own leaves the others as they are.
        self._sync.upsert_job({"id": job.id, "progress": STAGES[stage]})

    def _write_pictures(
        self,
        job: ComponentJob,
        on_white: NDArray[np.uint8],
        on_black: NDArray[np.uint8],
        rgba: NDArray[np.uint8],
    ) -> list[JobFile]:
        folder = self._store.folder(job.id)
        drawing.save_png(folder / "studio" / "on_white.png", on_white)
        drawing.save_png(folder / "studio" / "on_black.png", on_black)
        outputs = {
            "output": (f"{job.name}.png", rgba),
            "mask": (f"{job.name}_mask.png", rgba[..., 3]),
            "debug": (f"{job.name}_debug.png", drawing.contact_sheet(on_white, on_black, rgba)),
        }
        for filename, pixels in outputs.values():
            drawing.save_png(folder / "outputs" / filename, pixels)
        return [JobFile(folder / "outputs" / name, role) for role, (name, _) in outputs.items()]

    def _upload(self, job: ComponentJob, file: JobFile) -> None:
        self._sync.upload_asset(job.id, file.path, role=file.role, content_type=file.content_type)


def _cut_out(picture: Picture) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    shares = picture.rgba.astype(np.float64) / 255
    colour, own_alpha = shares[..., :3], shares[..., 3]
    return colour, own_alpha if picture.has_alpha else subject_matte(colour)


def _measure(
    recovered: alpha.Recovered,
    matte: NDArray[np.float64],
    on_white: NDArray[np.uint8],
    on_black: NDArray[np.uint8],
) -> dict[str, float]:
    """Say, in levels of 255, how far the recovered picture is from the truth."""
    alpha_error = np.abs(recovered.rgba[..., 3] - matte * 255)
    again = [
        np.abs(alpha.compose(recovered.rgba, background).astype(np.int16) - render).max()
        for background, render in ((alpha.WHITE, on_white), (alpha.BLACK, on_black))
    ]
    return {
        "alpha_error_max": round(float(alpha_error.max()), 3),
        "alpha_error_mean": round(float(alpha_error.mean()), 4),
        "render_error_max": int(max(again)),
        "channel_spread": recovered.channel_spread,
    }


def _manifest(job: ComponentJob, files: list[JobFile], picture: Picture) -> dict[str, Any]:
    height, width = picture.rgba.shape[:2]
    return {
        "name": job.name,
        "size": {"width": width, "height": height},
        # Convex fills in the URLs, where a reader asks for the public view.
        "assets": {file.path.name: None for file in files if file.role != "debug"},
    }
