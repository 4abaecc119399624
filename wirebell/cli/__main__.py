"""`python -m wirebell.cli`, for whoever has no `wirebell` on the path."""

from wirebell.cli.app import main

main()
