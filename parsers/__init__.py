"""Bytes in, values out: feeds, articles and the dates on both. Nothing here does I/O."""
