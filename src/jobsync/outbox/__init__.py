"""What waits to be sent: a SQLite file that outlives its process, and a thread that empties it."""
