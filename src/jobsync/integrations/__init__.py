"""jobsync in the tools that people run already: one module a tool, imported only by who has it.

They use what everybody may import from `jobsync`, and nothing else.
"""
