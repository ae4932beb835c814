"""Durable, live and complete jobs of Python pipelines, kept in Convex."""
