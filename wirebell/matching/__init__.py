"""Desk -> Matcher -> Match with evidence. Pure: no clock, no network, no database."""

from wirebell.matching.matcher import Matcher, compile_desk

__all__ = ["Matcher", "compile_desk"]
