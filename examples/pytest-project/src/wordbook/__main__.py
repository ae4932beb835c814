"""`python -m wordbook [JOB]`: index the book, in the deployment that the environment names."""

from __future__ import annotations

import sys
from pathlib import Path

from jobsync import ConvexSync
from wordbook.book import chapters
from wordbook.pipeline import build

with ConvexSync() as sync:
    build(sync, chapters(), Path.cwd(), job_id=next(iter(sys.argv[1:]), None))
