"""The vocabulary every room speaks: values that travel, errors, settings, text, addresses. No I/O."""
