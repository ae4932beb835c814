"""The embedded deployment: its files, its process, and the Node.js that runs it."""
