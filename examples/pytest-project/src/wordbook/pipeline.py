"""The pipeline: one run of it is one job."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jobsync import ConvexSync
from wordbook.book import CHAPTERS, Chapter
from wordbook.index import Index

LEASE = 60.0


def build(
    sync: ConvexSync, chapters: Iterable[Chapter], folder: Path, *, job_id: str | None = None
) -> Path:
    """Index a book and return the file; whoever follows the job sees how far it is."""
    with sync.job("wordbook", job_id=job_id, max_attempts=2, lease=LEASE) as job:
        index = Index()
        for chapter in job.track(chapters, stage="indexing", total=CHAPTERS):
            new = index.add(chapter)
            job.event("indexed", {"chapter": chapter.name, "new words": new})
        job.stage("writing")
        file = folder / "wordbook.json"
        index.save(file)
        job.upload(file)
        job.result = {"words": len(index)}
    return file
