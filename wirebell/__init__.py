"""Wirebell polls news feeds and rings when something an analyst watches for is new."""
