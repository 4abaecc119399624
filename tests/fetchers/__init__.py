"""Tests of the fetchers."""
