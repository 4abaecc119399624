"""The `wirebell` command."""
