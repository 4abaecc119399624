"""Flows: what Prefect schedules. Thin; the story is in wirebell.pipeline.steps."""
