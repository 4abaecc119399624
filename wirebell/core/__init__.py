"""The vocabulary every room speaks: travelling values, errors, settings, text. No I/O."""
