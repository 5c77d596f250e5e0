"""The outside world: one thing a file, each behind a port of core."""
