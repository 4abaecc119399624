"""One file per revision, written by hand. A released one never changes."""
