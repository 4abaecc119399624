"""The revisions of the tables, oldest first; run by `wirebell.storage.schema`."""
