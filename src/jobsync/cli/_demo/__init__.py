"""What `jobsync demo` runs: a small image pipeline that keeps its jobs with jobsync."""
