"""Pipeline: the steps in order, without Prefect."""
