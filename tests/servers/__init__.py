"""Real servers on loopback, with the faults of the real ones."""
