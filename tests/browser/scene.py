"""Jobs of every kind, for pictures and for what must hold on each page."""

from __future__ import annotations

import json
import math
import struct
import wave
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import ConvexSync

RUNNING, FAILED, DONE, QUEUED, PARENT = "poster-17", "import-3", "poster-16", "poster-18", "batch-4"


def set_scene(sync: ConvexSync, folder: Path) -> None:
    """Fill an empty deployment with jobs in all states, with files, events, attempts and parts."""
    _done(sync, folder)
    _failed(sync)
    _batch(sync)
    for number in range(1, 4):
        sync.create_job("export", job_id=f"export-{number}", name=f"Export {number}", owner="org-3")
    sync.cancel_job("export-3", reason="not needed any more")
    sync.create_job("render", job_id=QUEUED, name="Poster: an owl at night", owner="org-3")
    _running(sync, folder)


def _running(sync: ConvexSync, folder: Path) -> None:
    sync.create_job(
        "render",
        job_id=RUNNING,
        name="Poster: a fox in the snow",
        owner="org-3",
        source="doc-17",
        tags=["poster", "winter"],
        max_attempts=3,
        record={"idea": "a fox in the snow", "size": [1600, 900], "seed": 17},
    )
    sync.start_job(RUNNING, lease=3600.0)
    sync.set_run(RUNNING, system="prefect", id="brave-otter", url="https://prefect.example/runs/7")
    sync.update_progress(
        RUNNING, completed=31, total=50, stage="colouring", message="layer 31 of 50"
    )
    sync.upload_asset(RUNNING, picture(folder / "sketch.png", 215), role="preview")
    for number in range(1, 9):
        sync.record_event(RUNNING, "layer", {"number": number, "strokes": 40 * number})
    sync.record_event(RUNNING, "colour out of range", {"hue": 361}, level="warning")


def _done(sync: ConvexSync, folder: Path) -> None:
    sync.create_job(
        "render", job_id=DONE, name="Poster: a moon over the sea", owner="org-3", tags=["poster"]
    )
    sync.start_job(DONE)
    for hue, name in ((225, "poster.png"), (30, "poster_night.png")):
        sync.upload_asset(DONE, picture(folder / name, hue))
    sync.upload_asset(DONE, tone(folder / "tone.wav"), role="preview")
    (folder / "trace.json").write_text(json.dumps({"steps": [{"stage": "drawing", "ms": 912}]}))
    sync.upload_asset(DONE, folder / "trace.json", role="trace")
    (folder / "notes.txt").write_text("The moon is 12 % too large.\n")
    sync.upload_asset(DONE, folder / "notes.txt", role="log")
    sync.record_event(DONE, "published", {"to": "gallery"})
    sync.complete_job(DONE, {"table": "posters", "id": "p-16"})


def _failed(sync: ConvexSync) -> None:
    sync.create_job(
        "ingest", job_id=FAILED, name="Import customers.csv", owner="org-1", max_attempts=2
    )
    for attempt in (1, 2):
        sync.start_job(FAILED, attempt=attempt)
        sync.update_progress(FAILED, 40 * attempt, stage="reading", attempt=attempt)
        sync.fail_job(FAILED, _thrown(attempt), attempt=attempt, retry_after=0.001)


def _thrown(attempt: int) -> Exception:
    try:
        int(f"12,5{attempt}")
    except ValueError as error:
        return error
    raise AssertionError


def _batch(sync: ConvexSync) -> None:
    sync.create_job("batch", job_id=PARENT, name="Posters for December", owner="org-3")
    sync.start_job(PARENT, lease=3600.0)
    for number in range(1, 5):
        part = f"{PARENT}-{number}"
        sync.create_job("render", job_id=part, name=f"Page {number}", parent=PARENT, owner="org-3")
        if number < 4:
            sync.start_job(part, lease=3600.0)
            sync.update_progress(part, 25 * number, stage="drawing")
        if number == 1:
            sync.complete_job(part)


def picture(path: Path, hue: int) -> Path:
    picture = Image.new("RGB", (480, 270))
    draw = ImageDraw.Draw(picture)
    for row in range(270):
        draw.line([(0, row), (480, row)], f"hsl({hue}, 60%, {25 + row // 6}%)")
    draw.ellipse([320, 40, 400, 120], f"hsl({(hue + 180) % 360}, 70%, 80%)")
    picture.save(path)
    return path


def tone(path: Path, rate: int = 8000) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        samples = (math.sin(index * 440 * math.tau / rate) for index in range(rate // 2))
        sound.writeframes(b"".join(struct.pack("<h", int(8000 * sample)) for sample in samples))
    return path
