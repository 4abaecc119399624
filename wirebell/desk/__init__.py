"""Desk: the analysts' folder, read into one checked value."""
