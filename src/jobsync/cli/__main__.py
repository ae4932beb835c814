"""`python -m jobsync.cli`, where the installed script is not on the PATH."""

from jobsync.cli import main

main()
